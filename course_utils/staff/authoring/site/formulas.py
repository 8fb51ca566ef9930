"""TeX to pictures that need no script: MathJax draws them while the site is built.

`Formulas` collects them page by page and gives each a placeholder; `draw` has Node draw all of them
at once and returns, for each page, what the placeholders stand for. A formula is an SVG for eyes
and MathML for ears; one that is wider than a telephone scrolls inside itself.
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
    """The formulas of one page, each once, in the order in which they came."""

    def __init__(self):
        self.seen: dict[tuple[str, bool], int] = {}

    def place(self, tex: str, display: bool) -> str:
        """Return the placeholder of a formula."""
        number = self.seen.setdefault((tex.strip(), display), len(self.seen))
        return f"<!--formula {number}-->"


def draw(pages):
    """Return the HTML of pages with their placeholders filled in.

    Parameters
    ----------
    pages : dict of name -> (html, Formulas)

    Returns
    -------
    dict of name -> str
        Glyphs stand, once a page, before everything else.

    Raises
    ------
    UsageError
        If Node is missing, or a formula is not TeX.
    """
    asked = {name: list(found.seen) for name, (_, found) in pages.items() if found.seen}
    made = _draw(asked) if asked else {}
    return {name: _fill(name, text, made.get(name)) for name, (text, _) in pages.items()}


def _fill(name, text, made):
    if made is None:
        return text
    pieces = [_piece(name, formula) for formula in made["formulas"]]

    def put(found):
        opening, number, closing = found.groups()
        piece = pieces[int(number)]
        if not (opening or closing) or "data-scrolls" in piece:
            return f"{opening}{piece}{closing}"
        return f'<span class="together">{opening}{piece}{closing}</span>'  # no line begins with "."

    text = re.sub(r"([(\[]?)<!--formula (\d+)-->([.,;:!?)\]]*)", put, text)
    return f'<svg class="glyphs" aria-hidden="true">{made["glyphs"]}</svg>\n{text}'


def _piece(name, formula):
    if formula["error"]:
        raise UsageError(f"expected TeX in {name}, got a formula with {formula['error']!r}")
    svg, mathml = formula["svg"], re.sub(r">\s+<", "><", formula["mathml"])
    # The box carries the formula's depth, so that it may scroll and still stands on its line.
    depth = re.search(r'style="(vertical-align: [^;"]*);?"', svg)
    svg = svg.replace(f"{depth[0]} ", "", 1).replace('role="img"', 'aria-hidden="true"', 1)
    svg = re.sub(r' (xmlns(:xlink)?|data-[\w-]+)="[^"]*"', "", svg).replace("xlink:href", "href")
    display = ' display="block"' in mathml
    kind = "display" if display else "inline"
    wide = float(re.search(r'width="([\d.]+)ex"', svg)[1]) > _WIDE
    style = "" if display else f' style="{depth[1]}"'
    scroll = ' data-scrolls="formula"' if wide or display else ""
    return f'<span class="formula {kind}"{scroll}{style}>{svg}{mathml}</span>'


def install(say=lambda line: None):
    """Have npm install MathJax as the lock says, unless it is there.

    Raises
    ------
    UsageError
        If Node or npm is missing, or npm fails.
    """
    missing = OPTIONAL["node"].missing()
    npm = shutil.which("npm")
    if missing or not npm:
        raise UsageError(missing or f"npm is missing: {OPTIONAL['node'].mend()}")
    if _installed():
        return
    say("installing MathJax (once)")
    # Beside its place, since two builds may find it missing at the same time.
    with tempfile.TemporaryDirectory(dir=HERE, prefix="node_modules-") as folder:
        for name in ("package.json", _LOCK, ".npmrc"):
            shutil.copy(HERE / name, folder)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace"
        )
        if ran.returncode:
            faults = [line for line in ran.stderr.splitlines() if " error " in line]
            raise UsageError(f"npm could not install MathJax: {next(iter(faults), 'no reason')}")
        made = Path(folder, "node_modules")
        (made / _STAMP).write_text(_lock(), "utf-8")
        try:
            if not _installed():
                if (HERE / "node_modules").exists():
                    (HERE / "node_modules").rename(Path(folder, "old"))
                made.rename(HERE / "node_modules")
        except OSError as error:
            if not _installed():  # else somebody was faster, with the same
                raise UsageError(
                    f"MathJax could not be put into {HERE}: {first_line_of(error)}"
                ) from None


def _lock():
    return hashlib.sha256((HERE / _LOCK).read_bytes()).hexdigest()


def _installed():
    stamp = HERE / "node_modules" / _STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == _lock()


def _draw(asked):
    install()
    ran = subprocess.run(
        [OPTIONAL["node"].where(), str(HERE / "formulas.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
    )
    if ran.returncode:
        raise RuntimeError(f"formulas.mjs failed: {html.unescape(ran.stderr)[-2000:]}")
    return json.loads(ran.stdout)
