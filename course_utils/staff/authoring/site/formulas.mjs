// Formulas as SVG, with MathML for screen readers: reads {page: [[tex, display], …]} as JSON from
// standard input, writes {page: {formulas: [{svg, mathml, error}], glyphs}}. The glyphs of a page
// are drawn once and referred to.
import { mathjax } from "mathjax-full/js/mathjax.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { SVG } from "mathjax-full/js/output/svg.js";
import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { SerializedMmlVisitor } from "mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js";
import { STATE } from "mathjax-full/js/core/MathItem.js";
import "mathjax-full/js/input/tex/ams/AmsConfiguration.js";

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const packages = ["base", "ams"];
const visitor = new SerializedMmlVisitor();

function render(formulas) {
  let failure = "";
  const output = new SVG({ fontCache: "global" });
  const tex = new TeX({
    packages,
    formatError: (jax, error) => {
      failure = error.message;
      return jax.formatError(error);
    },
  });
  const page = mathjax.document("", { InputJax: tex, OutputJax: output });
  const made = formulas.map(([source, display]) => {
    failure = "";
    const svg = adaptor.innerHTML(page.convert(source, { display }));
    const tree = page.convert(source, { display, end: STATE.CONVERT });
    return { svg, mathml: visitor.visitTree(tree), error: failure };
  });
  return { formulas: made, glyphs: adaptor.outerHTML(output.fontCache.getCache()) };
}

let text = "";
for await (const piece of process.stdin) text += piece;
const pages = Object.entries(JSON.parse(text));
process.stdout.write(JSON.stringify(Object.fromEntries(pages.map(([name, list]) => [name, render(list)]))));
