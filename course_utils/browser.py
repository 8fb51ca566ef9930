"""What a browser lacks or has otherwise, where Python is Pyodide and runs in a page.

- Matplotlib's list of fonts comes with Pyodide's package, but with a version number that Matplotlib
  does not take, so that it would look through all fonts again, for a minute.
"""

import importlib.util
import re
import sys
from pathlib import Path

__all__ = ["IN_BROWSER", "prepare"]

#: Whether this Python runs in a browser.
IN_BROWSER = sys.platform == "emscripten"


def prepare() -> None:
    """Mend what can be mended before Matplotlib is imported; done when the course is imported."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and "matplotlib.font_manager" not in sys.modules:
        mend_font_list(Path(found.origin).parent)


def mend_font_list(folder: Path) -> bool:
    """Give Matplotlib's list of fonts the version number that its font manager looks for.

    Parameters
    ----------
    folder : Path
        Of the package matplotlib.

    Returns
    -------
    bool
        Whether there was something to mend.
    """
    fonts, manager = folder / "fontlist.json", folder / "font_manager.py"
    if not (fonts.is_file() and manager.is_file()):
        return False
    wanted = re.search(r"^    __version__ = (\d+)$", manager.read_text("utf-8"), re.MULTILINE)
    text = fonts.read_text("utf-8")
    if wanted is None:
        return False
    mended = re.sub(r'("_version": )\d+', rf"\g<1>{wanted[1]}", text, count=1)
    if mended == text:
        return False
    fonts.write_text(mended, encoding="utf-8")
    return True
