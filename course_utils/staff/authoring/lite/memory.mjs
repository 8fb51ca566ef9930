// Start Python in Node and write its memory beside it: node memory.mjs FOLDER MODULE...
// FOLDER holds Pyodide, `start.js` and `site.tar.gz`.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";

const [folder, ...modules] = process.argv.slice(2);
const PREPARE = `
import gc, importlib, linecache, sys
for name in ${JSON.stringify(modules)}:
    importlib.import_module(name)
sys.path.remove("")
linecache.clearcache()
gc.collect()
`;
// Free memory holds what was there before, and would be stored: have it cleared.
const CLEAR = `
def clear(held, size=1 << 25):
    while size > 512:
        try:
            held.append(bytearray(size))
        except MemoryError:
            size //= 2
clear([])
del clear
`;

function forbidGrowth(memory, task) {
  memory.grow = () => {
    throw new RangeError("no more memory");
  };
  task();
  delete memory.grow;
}

// Name what Python holds of JavaScript, as `start.js` finds it again.
function pathOf(object, api) {
  for (const [path, holder] of [[[], api], [["_api"], api._api]])
    for (const name of Object.getOwnPropertyNames(holder))
      if (holder[name] === object) return [...path, name];
  throw new Error("Python holds an object of JavaScript that has no name");
}

try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
  await import(pathToFileURL(`${folder}/pyodide.asm.js`));
  runInThisContext(readFileSync(`${folder}/start.js`, "utf-8"));
  const tar = new Uint8Array(gunzipSync(readFileSync(`${folder}/site.tar.gz`)));
  const [files, site] = [filesOf(tar), checksum(tar)];
  const wasmMemory = new WebAssembly.Memory({ initial: 320, maximum: 65536 });
  const create = globalThis._createPyodideModule;
  globalThis._createPyodideModule = (settings) => create({ ...settings, wasmMemory });
  let state;
  const options = {
    indexURL: `${folder}/`,
    _makeSnapshot: true,
    fsInit: async (FS) => writeFiles(FS, files),
  };
  const python = await loadWithLibraries(
    loadPyodide, options, await compileLibraries(files), (_, found) => (state = found),
  );
  python.runPython(PREPARE);
  forbidGrowth(wasmMemory, () => python.runPython(CLEAR));
  for (const name of Object.keys(python.loadedPackages)) delete python.loadedPackages[name];
  const copy = python.makeMemorySnapshot({ serializer: (object) => pathOf(object, python) });
  const handles = Object.entries(python._module.LDSO.loadedLibsByHandle)
    .filter(([handle]) => handle !== "0")
    .map(([handle, library]) => [Number(handle), library.name]);
  writeFileSync(`${folder}/memory.gz`, gzipSync(copy, { level: 9 }));
  const facts = { state, handles, site, memory: checksum(copy) };
  writeFileSync(`${folder}/memory.json`, JSON.stringify(facts));
} catch (error) {
  console.error(String(error.message).trim()); // its last line is the sentence that is shown
  process.exitCode = 1;
}
