"""Check a finished site: every link leads somewhere, and no page requests anything from outside.

A page may link to other people's pages, which a reader chooses to visit. What a page loads by
itself (pictures, scripts, styles, fonts) has to be in the site, or in the page.
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

_LOADING_ATTRIBUTES = {"src", "srcset", "poster", "data", "action", "background"}


class _Page(HTMLParser):
    """The addresses that a page links to and loads, and the ids in it.

    Parameters
    ----------
    text : str
        HTML.
    """

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.repeated_ids = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Collect the attributes of a tag; the parser calls this for each tag that begins."""
        name = dict(attrs).get("id")
        if name:
            self.repeated_ids += [name] * (name in self.ids)
            self.ids.add(name)
        for key, value in attrs:
            if key in ("href", "xlink:href") and value is not None:
                (self.links if tag in ("a", "use") else self.loads).append(value)
            elif key in _LOADING_ATTRIBUTES and value:
                self.loads.append(value)


def check_links(folder, pages=None):
    """Return a sentence for everything that is wrong with the links of a site.

    Parameters
    ----------
    folder : Path
        The site.
    pages : sequence of Path, optional
        The pages to look at; all by default.

    Returns
    -------
    list of str
    """
    folder = Path(folder).resolve()
    parsed = {}

    def parse(path):
        if path not in parsed:
            parsed[path] = _Page(path.read_text(encoding="utf-8"))
        return parsed[path]

    problems = []
    for path in sorted(folder.rglob("*.html")) if pages is None else pages:
        page, name = parse(path), path.relative_to(folder).as_posix()
        problems += [
            f"{name}: two places are called {repeated!r}" for repeated in page.repeated_ids
        ]
        problems += [f"{name}: loads {address}" for address in page.loads if _is_outside(address)]
        for address in dict.fromkeys([*page.links, *page.loads]):
            if _is_outside(address) or address.startswith(("data:", "blob:")):
                continue
            place, anchor = urldefrag(address)
            target = (path.parent / unquote(place)).resolve() if place else path
            if not target.is_file() or not target.is_relative_to(folder):
                problems.append(f"{name}: {address} leads nowhere")
            elif anchor and target.suffix == ".html" and unquote(anchor) not in parse(target).ids:
                problems.append(f"{name}: there is no place {address}")
    return problems


def _is_outside(address):
    """Tell whether an address is on somebody else's site."""
    if address.startswith(("data:", "blob:", "#")):
        return False
    return ":" in address.split("/")[0] or address.startswith("//")
