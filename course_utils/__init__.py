"""Reference implementation and teaching tools of the course (see README.md for the map)."""

import sys as _sys

if _sys.platform == "emscripten":  # a browser
    from . import browser as _browser

    _browser.prepare()
