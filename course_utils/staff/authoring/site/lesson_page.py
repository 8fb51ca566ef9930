"""A notebook as the body of a page: Markdown, code as students get it, outputs of the run.

Students' text comes from `release.build`, so that no answer and no hidden test can stand here; the
outputs are those of the executed source, cell by cell. What a check or an answer printed is left
out: it would be the solution's, not the reader's.
"""

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag

import nbformat
from nbconvert.filters import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from course_utils.app.places import UsageError
from course_utils.plotting import read_still
from course_utils.widgets.recording import MIME

from ..release import build
from .formulas import Formulas

_DOLLARS = re.compile(r"(?<![\\$])\$([^$\n]+)\$")


@dataclass
class Page:
    """A page of the site, its formulas still placeholders.

    Attributes
    ----------
    name : str
        Of the file, without ``.html``.
    title, kicker : str
        Its heading, and the line below (HTML).
    body : str
        HTML, without the heading.
    sections : list of (id, HTML)
        For the table of contents.
    files : dict of str -> bytes
        Pictures and recordings, by their path in the site.
    """

    name: str
    title: str = ""
    kicker: str = ""
    body: str = ""
    sections: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    formulas: Formulas = field(default_factory=Formulas)
    figures: int = 0

    @property
    def short(self) -> str:
        """The title as a link has it, without Markdown's marks."""
        return re.sub(r"<[^>]*>", "", self.title)


class Prose(IPythonRenderer):
    """Markdown to HTML: formulas as placeholders, headings with ids, links that lead somewhere.

    Parameters
    ----------
    page : Page
    follow : callable
        Returns for a link its address in the site, or None if what it leads to is not there.
    """

    def __init__(self, page, follow):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.page, self.follow = page, follow

    def inline_math(self, body):
        """Return a formula's placeholder."""
        return self.page.formulas.place(body, False)

    def block_math(self, body):
        """Return a displayed formula's placeholder."""
        return self.page.formulas.place(body, True)

    def latex_environment(self, name, body):
        """Return a displayed formula's placeholder."""
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_html(self, html):
        """Return HTML as it is, but for the formulas in it."""
        return _DOLLARS.sub(lambda found: self.inline_math(found[1]), html) + "\n"

    inline_html = block_html

    def heading(self, text, level, **attrs):
        """Return a heading with an id; the first one is the page's."""
        if level == 1 and not self.page.title:
            self.page.title = text
            return ""
        base = _slug(text)
        taken = {name for name, _ in self.page.sections}
        name = next(n for n in [base, *(f"{base}-{k}" for k in range(2, 99))] if n not in taken)
        if level == 2:
            self.page.sections.append((name, text))
        link = f'<a class="here" href="#{name}" aria-hidden="true" tabindex="-1">#</a>'
        return f'<h{level} id="{name}">{text}{link}</h{level}>\n'

    def link(self, text, url, title=None):
        """Return a link, or its text alone if what it leads to is no part of the site."""
        if re.match(r"[a-z]+:", url):
            return f'<a href="{html.escape(url)}" rel="noreferrer">{text}</a>'
        address = self.follow(url)
        return text if address is None else f'<a href="{html.escape(address)}">{text}</a>'

    def image(self, text, url, title=None):
        """Refuse: pictures come from code, and none is linked so far."""
        raise UsageError(f"expected no picture in the Markdown of {self.page.name}, got {url}")


def markdown(text, page, follow):
    """Return Markdown as HTML; its tables scroll inside themselves."""
    made = MarkdownWithMath(renderer=Prose(page, follow)).render(text)
    made = made.replace("<table>", '<div class="table" data-scrolls="table"><table>')
    return made.replace("</table>", "</table></div>")


def document_page(name, text, follow):
    """Return the page of a Markdown file."""
    page = Page(name)
    page.body = f'<div class="prose">{markdown(text, page, follow)}</div>'
    return page


def lesson_page(name, lesson, path, executed, config, follow):
    """Return the page of a notebook.

    Parameters
    ----------
    name, lesson : str
        Of the page, and of nbgrader's assignment.
    path : Path
        The source, for its name.
    executed : NotebookNode
        The source with its outputs.
    config : traitlets.config.Config
        nbgrader's settings.
    follow : callable
        See `Prose`.
    """
    bare = executed.copy()
    bare.cells = [cell.copy() for cell in executed.cells]
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    released = nbformat.reads(build(bare, lesson, path.stem, config), as_version=4)
    page = Page(name)
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    pieces = []
    for cell in released.cells:
        if cell.cell_type == "markdown":
            pieces.append(f'<div class="prose">{markdown(cell.source, page, follow)}</div>')
        elif cell.cell_type == "code":
            pieces.append(_code(cell) + _outputs(cell, outputs[cell.id], page))
    page.body = "\n".join(pieces)
    # The line under the heading says which lesson this is, and how long it takes.
    kicker = re.match(r'<div class="prose">\s*<p><em>(.*?)</p>', page.body, re.DOTALL)
    if kicker:
        page.kicker = re.sub(r"</?em>", "", kicker[1])
        page.body = page.body.replace(f"<p><em>{kicker[1]}</p>", "", 1)
    return page


def _slug(text):
    """Return an id: `measuring-it` for the heading `6 · Measuring it <em>(30 min)</em>`."""
    words = re.sub(r"<em>\(.*?\)</em>|<[^>]*>", "", text)
    words = re.sub(r"[^\w]+", "-", html.unescape(words).lower()).strip("-")
    return re.sub(r"^\d+-", "", words) or "section"


def _roles(cell):
    return cell.metadata.get("nbgrader", {})


def _code(cell):
    """Return a code cell as highlighted HTML, with a line that says what it is for."""
    roles = _roles(cell)
    label = ""
    if roles.get("grade"):
        points = roles.get("points", 0)
        label = f"Check · {points:g} point{'' if points == 1 else 's'}"
    elif roles.get("solution"):
        label = "Exercise: yours to write"
    elif re.match(r"predicted_", cell.source):
        label = "Your prediction"
    named = f'<div class="label">{label}</div>' if label else ""
    kind = f" {label.split()[0].rstrip(':').lower()}" if label else ""
    made = highlight(cell.source, get_lexer_by_name("python"), HtmlFormatter(nowrap=True))
    return (
        f'<div class="cell{kind}">{named}'
        f'<pre class="code" data-scrolls="code"><code>{made}</code></pre></div>'
    )


def _outputs(cell, outputs, page):
    roles = _roles(cell)
    if roles.get("grade") or roles.get("solution"):
        return ""
    text, pieces = "", []
    for output in outputs:
        if output.output_type == "stream":
            text += output.text if output.name == "stdout" else ""
        elif "data" in output and (still := read_still(output.data)):
            pieces += [_text(text), _picture(*still, output.data.get(MIME), page)]
            text = ""
        elif "data" in output and "image/png" in output.data:
            raise _wordless(page)
        elif "data" in output and output.data.get("text/plain"):
            text += f"{output.data['text/plain']}\n"
    return "".join([*pieces, _text(text)])


def _text(text):
    if not text.strip():
        return ""
    return f'<pre class="output" data-scrolls="output">{ansi2html(text.rstrip())}</pre>'


def _wordless(page):
    return UsageError(f"expected a text for figure {page.figures + 1} of {page.name}, got none")


def _picture(png, alt, width, recording, page):
    if not alt:
        raise _wordless(page)
    page.figures += 1
    place = f"{page.name}-{page.figures}"
    page.files[f"figures/{place}.png"] = png
    wide, high = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    image = (
        f'<img src="figures/{place}.png" alt="{html.escape(alt)}" width="{width}" '
        f'height="{round(width * high / wide)}" loading="lazy" decoding="async">'
    )
    if recording is None:
        return f'<figure class="still" data-scrolls="figure">{image}</figure>'
    packed = recording["data"]
    page.files[f"figures/{place}.js"] = f'courseRecording("{place}", "{packed}");\n'.encode()
    return (
        f'<figure class="still moving" data-recording="{place}">'
        f'<div class="course-recording">{image}</div>'
        "<figcaption>Recorded: the sliders stop at some values only. "
        "In JupyterLab they stop everywhere.</figcaption></figure>"
    )


def follow_from(folder, pages):
    """Return what leads from a link in a file to a page of the site.

    Parameters
    ----------
    folder : Path
        Where the file stands.
    pages : dict of Path -> str
        The site's page for each file of the course.

    Returns
    -------
    callable
        See `Prose`. It raises a UsageError for a link to nowhere.
    """

    def follow(url):
        place, anchor = urldefrag(url)
        if not place:
            return f"#{_slug(anchor)}"
        target = Path(folder, place).resolve()
        if not target.exists():
            raise UsageError(f"expected a file of the course behind a link, got {url}")
        if target not in pages:
            return None
        return f"{pages[target]}.html" + (f"#{_slug(anchor)}" if anchor else "")

    return follow
