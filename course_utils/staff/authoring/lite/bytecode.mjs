// Run `compiled.py` in Pyodide: node bytecode.mjs PYODIDE.mjs COMPILED.py ARCHIVE...
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";

const [script, source, ...archives] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(script));
  const pyodide = await loadPyodide({ indexURL: `${dirname(script)}/` });
  pyodide.runPython(readFileSync(source, "utf-8"));
  const compileArchive = pyodide.globals.get("compile_archive");
  for (const archive of archives) {
    pyodide.mountNodeFS("/archives", dirname(archive));
    compileArchive(`/archives/${basename(archive)}`);
    pyodide.FS.unmount("/archives");
  }
} catch (error) {
  console.error(error.message); // its last line is the sentence that is shown
  process.exitCode = 1;
}
