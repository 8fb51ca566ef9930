"""A finished site looked through: every link leads somewhere, and no page asks anybody.

A page may link to other people's pages, which a reader chooses to visit. What a page loads by
itself (pictures, scripts, styles, fonts) has to lie in the site, or in the page.
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

_LOADS = {"src", "srcset", "poster", "data", "action", "background"}
_INSIDE = ("data:", "blob:", "#")


class _Reader(HTMLParser):
    """What a page links to, what it loads, and the names of its places."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.loads, self.repeated = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("id")
        if name:
            self.repeated += [name] * (name in self.ids)
            self.ids.add(name)
        for key, value in attrs:
            if key in ("href", "xlink:href") and value is not None:
                (self.links if tag in ("a", "use") else self.loads).append(value)
            elif key in _LOADS and value:
                self.loads.append(value)


def findings(folder, pages=None):
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
    readers = {}

    def read(path):
        if path not in readers:
            readers[path] = _Reader()
            readers[path].feed(path.read_text(encoding="utf-8"))
        return readers[path]

    found = []
    for path in sorted(folder.rglob("*.html")) if pages is None else pages:
        page, name = read(path), path.relative_to(folder).as_posix()
        found += [f"{name}: two places are called {again!r}" for again in page.repeated]
        found += [
            f"{name}: loads {address}" for address in page.loads if _elsewhere(address) is not None
        ]
        for address in dict.fromkeys([*page.links, *page.loads]):
            if _elsewhere(address) is not None or address.startswith(("data:", "blob:")):
                continue
            place, anchor = urldefrag(address)
            target = (path.parent / unquote(place)).resolve() if place else path
            if not target.is_file() or not target.is_relative_to(folder):
                found.append(f"{name}: {address} leads nowhere")
            elif anchor and target.suffix == ".html" and unquote(anchor) not in read(target).ids:
                found.append(f"{name}: there is no place {address}")
    return found


def _elsewhere(address):
    """Return the address if it is somebody else's."""
    if address.startswith(_INSIDE):
        return None
    return address if ":" in address.split("/")[0] or address.startswith("//") else None
