"""TeX to pictures that need no script: MathJax draws them while the site is built.

`Formulas` collects the formulas of a page and gives each a placeholder. `draw_formulas` has Node
draw those of all pages at once, and puts them in place of the placeholders. A formula is an SVG for
those who see and MathML for those who listen. A formula wider than a telephone scrolls inside
itself.
"""

import hashlib
import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from course_utils.app.doctor import OPTIONAL
from course_utils.app.places import UsageError, first_line_of

HERE = Path(__file__).parent
_LOCK, _STAMP = "package-lock.json", ".installed"
_WIDE = 34  # in units of ex; a telephone's line has some 40


class Formulas:
    """The formulas of one page, each once, in order of first use."""

    def __init__(self):
        self.numbers: dict[tuple[str, bool], int] = {}

    def place(self, tex: str, display: bool) -> str:
        """Return the placeholder of a formula."""
        number = self.numbers.setdefault((tex.strip(), display), len(self.numbers))
        return f"<!--formula {number}-->"


def draw_formulas(pages):
    """Return the HTML of pages, their placeholders replaced by formulas.

    Parameters
    ----------
    pages : dict of name -> (html, Formulas)

    Returns
    -------
    dict of name -> str
        The shapes of the letters come once a page, before everything else.

    Raises
    ------
    UsageError
        If Node is missing, or a formula is not TeX.
    """
    requests = {name: list(found.numbers) for name, (_, found) in pages.items() if found.numbers}
    drawn = _draw(requests) if requests else {}
    return {
        name: _fill(name, text, drawn[name]) if name in drawn else text
        for name, (text, _) in pages.items()
    }


def _fill(name, text, drawn):
    formulas = [_as_html(name, formula) for formula in drawn["formulas"]]

    def replace(match):
        opening, number, closing = match.groups()
        formula = formulas[int(number)]
        if not (opening or closing) or "data-scrolls" in formula:
            return f"{opening}{formula}{closing}"
        # Kept on one line, so that no line begins with the full stop after a formula.
        return f'<span class="together">{opening}{formula}{closing}</span>'

    text = re.sub(r"([(\[]?)<!--formula (\d+)-->([.,;:!?)\]]*)", replace, text)
    return f'<svg class="glyphs" aria-hidden="true">{drawn["glyphs"]}</svg>\n{text}'


def _as_html(name, formula):
    if formula["error"]:
        raise UsageError(f"expected TeX in {name}, got a formula with {formula['error']!r}")
    svg, mathml = formula["svg"], re.sub(r">\s+<", "><", formula["mathml"])
    # The box has the formula's depth, so that it may scroll and still is at its place in the line.
    depth = re.search(r'style="(vertical-align: [^;"]*);?"', svg)
    svg = svg.replace(f"{depth[0]} ", "", 1).replace('role="img"', 'aria-hidden="true"', 1)
    svg = re.sub(r' (xmlns(:xlink)?|data-[\w-]+)="[^"]*"', "", svg).replace("xlink:href", "href")
    display = ' display="block"' in mathml
    kind = "display" if display else "inline"
    wide = float(re.search(r'width="([\d.]+)ex"', svg)[1]) > _WIDE
    style = "" if display else f' style="{depth[1]}"'
    scroll = ' data-scrolls="formula"' if wide or display else ""
    return f'<span class="formula {kind}"{scroll}{style}>{svg}{mathml}</span>'


def install_mathjax(say=lambda line: None):
    """Have npm install MathJax as the lock says, unless that is done already.

    Parameters
    ----------
    say : callable
        Is told a line if it takes a while.

    Raises
    ------
    UsageError
        If Node or npm is missing, or npm fails.
    """
    missing = OPTIONAL["node"].missing()
    npm = shutil.which("npm")
    if missing or not npm:
        raise UsageError(missing or f"npm is missing: {OPTIONAL['node'].mend()}")
    if _is_installed():
        return
    say("installing MathJax (once)")
    # In a folder of its own, and then moved: two builds may install it at the same time.
    with tempfile.TemporaryDirectory(dir=HERE, prefix="node_modules-") as folder:
        for name in ("package.json", _LOCK, ".npmrc"):
            shutil.copy(HERE / name, folder)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        process = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace"
        )
        if process.returncode:
            errors = [line for line in process.stderr.splitlines() if " error " in line]
            raise UsageError(f"npm could not install MathJax: {next(iter(errors), 'no reason')}")
        modules = Path(folder, "node_modules")
        (modules / _STAMP).write_text(_hash_lock(), "utf-8")
        try:
            if not _is_installed():
                if (HERE / "node_modules").exists():
                    (HERE / "node_modules").rename(Path(folder, "old"))
                modules.rename(HERE / "node_modules")
        except OSError as error:
            if not _is_installed():  # else another build was faster, with the same files
                raise UsageError(
                    f"MathJax could not be put into {HERE}: {first_line_of(error)}"
                ) from None


def _hash_lock():
    return hashlib.sha256((HERE / _LOCK).read_bytes()).hexdigest()


def _is_installed():
    stamp = HERE / "node_modules" / _STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == _hash_lock()


def _draw(requests):
    install_mathjax()
    process = subprocess.run(
        [OPTIONAL["node"].where(), str(HERE / "formulas.mjs")],
        input=json.dumps(requests),
        capture_output=True,
        encoding="utf-8",
    )
    if process.returncode:
        raise RuntimeError(f"formulas.mjs failed: {html.unescape(process.stderr)[-2000:]}")
    return json.loads(process.stdout)
