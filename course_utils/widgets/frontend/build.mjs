// Bundle src/ into ../static/: `npm ci && npm run build`. The result is committed, so that nobody
// needs Node to install the course; a test rebuilds it and compares.
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = process.argv[2] ?? here("../static");

const bundle = await build({
  entryPoints: { figures: here("src/index.js"), slider: here("src/slider.js") },
  outdir: target,
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  banner: { js: "// Built from ../frontend by esbuild; what it contains is licensed as in LICENSES.txt." },
});
await build({
  entryPoints: { figures: here("src/figures.css"), slider: here("src/slider.css") },
  outdir: target,
  bundle: true,
  minify: true,
  target: ["es2022"],
});

// The licences of D3's parts ask for their notices in every copy.
const inside = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const packages = new Set(
  Object.keys(bundle.metafile.inputs).map((path) => path.match(inside)?.[1]).filter(Boolean),
);
const notices = await Promise.all(
  [...packages].sort().map(async (name) => {
    const text = await readFile(here(join("node_modules", name, "LICENSE")), "utf8");
    return `${name}\n${"=".repeat(name.length)}\n\n${text.trim()}\n`;
  }),
);
await writeFile(join(target, "LICENSES.txt"), notices.join("\n\n"));
