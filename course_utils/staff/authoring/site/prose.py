"""A page of the site, and the Markdown in it: formulas, headings with ids, links that lead on."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from course_utils.app.places import UsageError

from .formulas import Formulas

_DOLLARS = re.compile(r"(?<![\\$])\$([^$\n]+)\$")


@dataclass(frozen=True)
class Page:
    """A page of the site, its formulas still placeholders.

    Attributes
    ----------
    name : str
        Of the file, without ``.html``.
    title : str
        Its heading (HTML).
    body : str
        HTML, without the heading.
    sections : list of (id, HTML)
        For the table of contents.
    formulas : Formulas
        What the placeholders stand for.
    kicker : str
        The line below the heading (HTML).
    files : dict of str -> bytes
        Pictures and recordings, by their path in the site.
    """

    name: str
    title: str
    body: str
    sections: list
    formulas: Formulas
    kicker: str
    files: dict

    @property
    def plain_title(self) -> str:
        """The title without HTML's tags, for links."""
        return re.sub(r"<[^>]*>", "", self.title)


class Prose(IPythonRenderer):
    """Turns the Markdown of one page into HTML, and collects what the page needs besides.

    Mistune, the parser, calls a method such as `heading` or `link` for each element that it finds.

    Parameters
    ----------
    name : str
        Of the page.
    follow : callable
        Returns for a link its address in the site, or None if its target is no part of the site;
        see `links_from`.

    Attributes
    ----------
    title : str
        The first heading of level 1.
    sections : list of (id, HTML)
        The headings of level 2.
    formulas : Formulas
    """

    def __init__(self, name, follow):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.name, self.follow = name, follow
        self.title, self.sections, self.formulas = "", [], Formulas()

    def to_html(self, text):
        """Return Markdown as HTML; its tables scroll inside themselves."""
        body = MarkdownWithMath(renderer=self).render(text)
        body = body.replace("<table>", '<div class="table" data-scrolls="table"><table>')
        body = body.replace("</table>", "</table></div>")
        return f'<div class="prose">{body}</div>'

    def block_code(self, code, info=None):
        """Return code that scrolls inside itself."""
        return super().block_code(code, info).replace("<pre", '<pre data-scrolls="code"', 1)

    def inline_math(self, body):
        """Return a formula's placeholder."""
        return self.formulas.place(body, False)

    def block_math(self, body):
        """Return a displayed formula's placeholder."""
        return self.formulas.place(body, True)

    def latex_environment(self, name, body):
        """Return a displayed formula's placeholder."""
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_html(self, html):
        """Return HTML as it is, but for the formulas in it."""
        return _DOLLARS.sub(lambda match: self.inline_math(match[1]), html) + "\n"

    inline_html = block_html

    def heading(self, text, level, **attrs):
        """Return a heading with an id; the first one of level 1 becomes the page's title."""
        if level == 1 and not self.title:
            self.title = text
            return ""
        base = slug(text)
        taken = {name for name, _ in self.sections}
        name = next(n for n in [base, *(f"{base}-{k}" for k in range(2, 99))] if n not in taken)
        if level == 2:
            self.sections.append((name, text))
        link = f'<a class="here" href="#{name}" aria-hidden="true" tabindex="-1">#</a>'
        return f'<h{level} id="{name}">{text}{link}</h{level}>\n'

    def link(self, text, url, title=None):
        """Return a link, or its text alone if its target is no part of the site."""
        if re.match(r"[a-z]+:", url):
            return f'<a href="{html.escape(url)}" rel="noreferrer">{text}</a>'
        address = self.follow(url)
        return text if address is None else f'<a href="{html.escape(address)}">{text}</a>'

    def image(self, text, url, title=None):
        """Refuse: pictures come from code, and none is linked so far."""
        raise UsageError(f"expected no picture in the Markdown of {self.name}, got {url}")


def document_page(name, text, follow):
    """Return the page of a Markdown file.

    Parameters
    ----------
    name : str
        Of the page.
    text : str
        Markdown.
    follow : callable
        See `Prose`.

    Returns
    -------
    Page
    """
    prose = Prose(name, follow)
    body = prose.to_html(text)
    return Page(name, prose.title, body, prose.sections, prose.formulas, kicker="", files={})


def links_from(folder, pages):
    """Return a function from a link in a file to its address in the site.

    Parameters
    ----------
    folder : Path
        The folder of the file.
    pages : dict of Path -> str
        The site's page for each file of the course.

    Returns
    -------
    callable
        See `Prose`. It raises a UsageError for a link to a file that does not exist.
    """

    def follow(url):
        place, anchor = urldefrag(url)
        if not place:
            return f"#{slug(anchor)}"
        target = Path(folder, place).resolve()
        if not target.exists():
            raise UsageError(f"expected a file of the course behind a link, got {url}")
        if target not in pages:
            return None
        return f"{pages[target]}.html" + (f"#{slug(anchor)}" if anchor else "")

    return follow


def slug(text):
    """Return an id: ``measuring-it`` for the heading ``6 · Measuring it <em>(30 min)</em>``."""
    words = re.sub(r"<em>\(.*?\)</em>|<[^>]*>", "", text)
    words = re.sub(r"[^\w]+", "-", html.unescape(words).lower()).strip("-")
    return re.sub(r"^\d+-", "", words) or "section"
