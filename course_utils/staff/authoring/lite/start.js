/* Starts Pyodide in a worker, from one archive of all packages and a copy of a started Python's
   memory. JupyterLite's kernel loads this file in place of `pyodide.js` and calls `loadPyodide`.

   Memory fits one state of the loader only: the libraries at the same addresses, and the same
   functions in WebAssembly's table. So `addLibraries` puts them there in the same order, before
   Python begins, here and in Node, where `memory.mjs` makes the copy. Where anything differs, Python
   starts anew, from the same archive, and the console says so. */

const SITE = "/lib/python3.12/site-packages/";
const AT_ONCE = { loadAsync: true, nodelete: true, allowUndefined: true };

async function unzipped(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} is not there (${response.status})`);
  return response.body.pipeThrough(new DecompressionStream("gzip"));
}

const bytesOf = async (stream) => new Uint8Array(await new Response(stream).arrayBuffer());

/* Return a number that differs, almost surely, where bytes do (FNV-1a, by words of 32 bits). It has
   to tell files of two builds apart, and no attacker's: `crypto.subtle` is not there without HTTPS. */
function checksum(bytes) {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let sum = bytes.length;
  for (const word of words) sum = Math.imul(sum ^ word, 16777619);
  return sum >>> 0;
}

/* Return a map from path to contents; the archive is a plain tar. */
function filesOf(tar) {
  const files = new Map();
  const text = (start, length) => {
    const bytes = tar.subarray(start, start + length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  for (let at = 0; tar[at]; ) {
    const [name, folder] = [text(at, 100), text(at + 345, 155)];
    const size = parseInt(text(at + 124, 12), 8);
    files.set(SITE + (folder ? `${folder}/${name}` : name), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function writeFiles(FS, files) {
  for (const [path, data] of files) {
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, data, { canOwn: true });
  }
}

function compileLibraries(files) {
  const paths = [...files.keys()].filter((path) => path.endsWith(".so"));
  return Promise.all(paths.map(async (path) => [path, await WebAssembly.compile(files.get(path))]));
}

/* Link the libraries, and return the loader's state, by which another page knows its own. */
async function addLibraries(Module, libraries) {
  // Newer engines take a slot of the table for counting arguments, at the end of this round.
  await Promise.resolve();
  if (!Module._PyEM_CountArgsPtr) Module.wasmTable.grow(1);
  for (const [path, library] of libraries) {
    Module.preloadedWasm[path] = await Module.loadWebAssemblyModule(library, AT_ONCE, path, {});
    await Module.loadDynamicLibrary(path, { ...AT_ONCE, global: false }, {});
  }
  Module.reportUndefinedSymbols();
  return { table: Module.wasmTable.length, heap: Module.GOT["__heap_base"].value };
}

/* Call a `loadPyodide` so that the libraries are there before Python begins. */
async function loadWithLibraries(load, options, libraries, linked) {
  const create = globalThis._createPyodideModule;
  globalThis._createPyodideModule = (settings) =>
    new Promise((resolve, reject) => {
      settings.preRun.push((Module) => {
        Module.addRunDependency("libraries");
        addLibraries(Module, libraries)
          .then((state) => linked(Module, state))
          .then(() => Module.removeRunDependency("libraries"), reject);
      });
      create(settings).then(resolve, reject);
    });
  try {
    return await load(options);
  } finally {
    globalThis._createPyodideModule = create;
  }
}

async function resume(load, options, files, memory, facts) {
  let api;
  const python = await loadWithLibraries(
    load,
    {
      ...options,
      _loadSnapshot: memory,
      _snapshotDeserializer: (path) => path.reduce((found, name) => found[name], api.public_api),
    },
    await compileLibraries(files),
    (Module, state) => {
      api = Module.API;
      if (state.table !== facts.state.table || state.heap !== facts.state.heap)
        throw new Error("this browser lays out libraries in another way");
    },
  );
  const Module = python._module;
  for (const [handle, path] of facts.handles)
    Module.LDSO.loadedLibsByHandle[handle] ??= Module.LDSO.loadedLibsByName[path];
  const countsArguments = Module.HEAP32[Module.__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET / 4];
  Module.HEAP32[(Module.__PyRuntime + countsArguments) / 4] = Module._PyEM_CountArgsPtr;
  python.runPython("import random, numpy; random.seed(); numpy.random.seed()");
  return python;
}

async function startAnew(load, options, files) {
  const python = await load(options);
  for (const path of files.keys())
    if (path.endsWith(".so")) await python._api.loadDynlib(path, false);
  return python;
}

/* Run Pyodide's own script from its compressed file, under its own name. */
async function runScript(address) {
  const code = await new Response(await unzipped(`${address}.gz`)).text();
  const script = new Blob([code, `\n//# sourceURL=${address}`], { type: "text/javascript" });
  globalThis.importScripts(URL.createObjectURL(script));
}

/* Have requests for Pyodide's own code answered from its compressed file. */
async function withCompressedCode(task) {
  const plain = globalThis.fetch;
  globalThis.fetch = async (address, ...rest) => {
    if (!String(address).endsWith("/pyodide.asm.wasm")) return plain(address, ...rest);
    const headers = { "Content-Type": "application/wasm" };
    return new Response(await unzipped(`${address}.gz`), { headers });
  };
  try {
    return await task();
  } finally {
    globalThis.fetch = plain;
  }
}

async function start(load, given) {
  const folder = given.indexURL;
  const parts = Promise.all([
    unzipped(`${folder}memory.gz`).then(bytesOf),
    fetch(`${folder}memory.json`).then((response) => response.json()),
  ]);
  parts.catch(() => {}); // is said below, where it is waited for
  await runScript(`${folder}pyodide.asm.js`);
  const site = await unzipped(`${folder}site.tar.gz`).then(bytesOf);
  const files = filesOf(site);
  const options = { ...given, packages: [], fsInit: async (FS) => writeFiles(FS, files) };
  try {
    const [memory, facts] = await parts;
    // A browser may have kept one file of an older build.
    if (checksum(site) !== facts.site || checksum(memory) !== facts.memory)
      throw new Error("its files are of two builds");
    return await resume(load, options, files, memory, facts);
  } catch (error) {
    console.warn(`Python starts anew, which takes longer: ${error}`);
    return startAnew(load, options, files);
  }
}

if (globalThis.importScripts) {
  globalThis.loadPyodide = (options) => {
    const indexURL = options.indexURL.replace(/\/?$/, "/");
    globalThis.importScripts(`${indexURL}pyodide.js`);
    const load = globalThis.loadPyodide;
    return withCompressedCode(() => start(load, { ...options, indexURL }));
  };
}
