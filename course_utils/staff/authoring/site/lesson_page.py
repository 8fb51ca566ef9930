"""The page of a notebook: Markdown, code as students get it, outputs of the run.

The text is that of the student's notebook (`assignments.build_student_notebook`), so that no answer
and no hidden test can be in it. The outputs are those of the executed source, cell by cell. What a
check, an answer, a prediction or `progress` printed is left out: it would not be the reader's.
"""

import html
import io
import re

import nbformat
from nbconvert.filters import ansi2html
from PIL import Image  # comes with matplotlib
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from course_utils.app.places import UsageError
from course_utils.plotting import read_still
from course_utils.widgets.recording import MIME

from ..assignments import build_student_notebook
from ..lint import is_practice
from .pictures import files_of, picture
from .prose import Page, Prose


def page_of_lesson(name, path, executed, config, follow):
    """Return the page of a notebook.

    Parameters
    ----------
    name : str
        Of the page.
    path : Path
        The source, in the folder of its lesson.
    executed : NotebookNode
        The source with its outputs.
    config : traitlets.config.Config
        nbgrader's settings.
    follow : callable
        See `Prose`.

    Returns
    -------
    Page

    Raises
    ------
    UsageError
        If a link leads nowhere, or a figure has no description or no caption.
    """
    text = build_student_notebook(_without_outputs(executed), path.parent.name, path.stem, config)
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    prose, figures = Prose(name, follow), _Figures(name)
    pieces = []
    for cell in nbformat.reads(text, as_version=4).cells:
        if cell.cell_type == "markdown":
            pieces.append(prose.to_html(cell.source))
        elif cell.cell_type == "code":
            pieces.append(_code(cell))
            if not _is_readers_own(cell):
                figures.caption = cell.metadata.get("caption", "")
                pieces[-1] += _outputs(outputs[cell.id], figures)
    kicker, body = _split_kicker("\n".join(pieces))
    return Page(name, prose.title, body, prose.sections, prose.formulas, kicker, figures.files)


def _without_outputs(notebook):
    copy = notebook.copy()
    copy.cells = [cell.copy() for cell in notebook.cells]
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copy


def _split_kicker(body):
    """Return the first line, which names the lesson and its minutes, and the rest."""
    found = re.match(r'<div class="prose">\s*<p><em>(.*?)</p>', body, re.DOTALL)
    if not found:
        return "", body
    return re.sub(r"</?em>", "", found[1]), body.replace(f"<p><em>{found[1]}</p>", "", 1)


def _is_readers_own(cell):
    """Return whether what a cell prints depends on what its reader wrote."""
    roles = cell.metadata.get("nbgrader", {})
    is_points = cell.source.startswith("progress(")
    return roles.get("grade") or roles.get("solution") or is_points or _is_prediction(cell)


def _is_prediction(cell):
    return re.search(r"^predict\(", cell.source, re.MULTILINE)


def _code(cell):
    """Return a code cell as highlighted HTML, with a line that says what it is for."""
    roles = cell.metadata.get("nbgrader", {})
    label = ""
    if roles.get("grade"):
        points = roles.get("points", 0)
        label = f"Check · {points:g} point{'' if points == 1 else 's'}"
    elif roles.get("solution"):
        label = "Exercise: yours to write"
    elif is_practice(cell):
        label = "Practice: yours to write"
    elif _is_prediction(cell):
        label = "Your prediction"
    heading = f'<div class="label">{label}</div>' if label else ""
    kind = f" {label.split()[0].rstrip(':').lower()}" if label else ""
    code = highlight(cell.source, get_lexer_by_name("python"), HtmlFormatter(nowrap=True))
    return (
        f'<div class="cell{kind}">{heading}'
        f'<pre class="code" data-scrolls="code"><code>{code}</code></pre></div>'
    )


def _outputs(outputs, figures):
    text, pieces = "", []
    for output in outputs:
        if output.output_type == "stream":
            text += output.text if output.name == "stdout" else ""
        elif "data" in output and (still := read_still(output.data)):
            pieces += [_text(text), figures.add(*still, output.data.get(MIME))]
            text = ""
        elif "data" in output and "image/png" in output.data:
            raise figures.without("text")
        elif "data" in output and output.data.get("text/plain"):
            text += f"{output.data['text/plain']}\n"
    return "".join([*pieces, _text(text)])


def _text(text):
    if not text.strip():
        return ""
    return f'<pre class="output" data-scrolls="output">{ansi2html(text.rstrip())}</pre>'


class _Figures:
    """The figures of one page: HTML for each, and the files that it shows.

    Parameters
    ----------
    page : str
        The page's name.

    Attributes
    ----------
    caption : str
        What is to be seen in the figures that are added next.
    """

    def __init__(self, page):
        self.page, self.count, self.files, self.caption = page, 0, {}, ""

    def add(self, png, alt, width, recording=None):
        """Collect a picture, and its recording if it has one; return its HTML.

        Parameters
        ----------
        png : bytes
        alt : str
            Its description.
        width : int
            In CSS pixels.
        recording : dict, optional
            What a moving figure stores in a notebook; ``data`` is base64.
        """
        if not alt:
            raise self.without("text")
        if not self.caption:
            raise self.without("caption")
        self.count += 1
        name = f"{self.page}-{self.count}"
        self.files |= files_of(name, png)
        with Image.open(io.BytesIO(png)) as still:
            pixels = still.size
        image = picture(name, alt, width, round(width * pixels[1] / pixels[0]))
        place = f"figure-{self.count}"
        told = f'<span class="number">Figure {self._label()}.</span> {html.escape(self.caption)}'
        if recording is None:
            return (
                f'<figure class="still" id="{place}"><div data-scrolls="figure">{image}</div>'
                f"<figcaption>{told}</figcaption></figure>"
            )
        script = f'courseRecording("{name}", "{recording["data"]}");\n'
        self.files[f"figures/{name}.js"] = script.encode()
        return (
            f'<figure class="still moving" id="{place}" data-recording="{name}">'
            f'<div class="course-recording">{image}</div>'
            f'<figcaption>{told}<span class="recorded"> Recorded: the sliders stop at some '
            "values only. In JupyterLab they stop everywhere.</span></figcaption></figure>"
        )

    def _label(self):
        """Return the figure's number: that of the lesson, of its notebook if it has several."""
        return ".".join(str(int(digits)) for digits in [*re.findall(r"\d+", self.page), self.count])

    def without(self, words):
        """Return the error for a figure without a text for those who do not see it, or a caption.

        A caption stands in the metadata of the figure's cell.
        """
        number = f"figure {self.count + 1} of {self.page}"
        return UsageError(f"expected a {words} for {number}, got none")
