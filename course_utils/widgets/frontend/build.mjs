// Bundle src/ into ../static/: `npm ci && npm run build`. The result is committed, so that nobody
// needs Node to install the course; a test rebuilds it and compares.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = process.argv[2] ?? here("../static");

await build({
  entryPoints: { figures: here("src/index.js") },
  outdir: target,
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "// Built from ../frontend by esbuild; contains D3 (ISC licence, Mike Bostock)." },
});
await build({
  entryPoints: { figures: here("src/figures.css") },
  outdir: target,
  minify: true,
  target: ["es2022"],
});
