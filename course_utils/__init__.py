"""Reference implementation and teaching tools of the course (see README.md for the map)."""

from . import browser as _browser

if _browser.IN_BROWSER:
    _browser.prepare()
