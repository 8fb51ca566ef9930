"""What a browser lacks or has otherwise, where Python is Pyodide and runs in a page.

- Matplotlib's list of fonts comes with Pyodide's package, but with a version number that Matplotlib
  does not take, so that it would look through all fonts again, for a minute.
- The browser keeps a lesson that its student saved, and shows it when the course has a newer one.
"""

import importlib.util
import json
import re
import sys
from pathlib import Path

__all__ = ["IN_BROWSER", "prepare"]

#: Names a notebook's edition in its metadata.
EDITION = "course_edition"
#: The current edition of each notebook; the file is there in a browser alone.
EDITIONS = Path(__file__).parent / "data" / "editions.json"

#: Whether this Python runs in a browser.
IN_BROWSER = sys.platform == "emscripten"


def prepare() -> None:
    """Mend what can be mended, and tell of what is old; done when the course is imported."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and "matplotlib.font_manager" not in sys.modules:
        mend_font_list(Path(found.origin).parent)
    for name in older_lessons(Path.cwd()):
        print(
            f"Your browser kept {name} from an earlier edition of this course, with your work. "
            "It stays as it is. To get the new one, too: give yours another name (a right click "
            "in the list of files on the left, Rename), and open the link again."
        )


def older_lessons(folder: Path, table: Path = EDITIONS) -> list[str]:
    """Return the notebooks in a folder that are of another edition than the course.

    Parameters
    ----------
    folder : Path
    table : Path
        The current editions.

    Returns
    -------
    list of str
        Their names. One that names no edition, or cannot be read, is not among them.
    """
    if not table.is_file():
        return []
    current = json.loads(table.read_text("utf-8"))
    return [
        name
        for name, edition in sorted(current.items())
        if edition_of(folder / name) not in (None, edition)
    ]


def edition_of(notebook: Path) -> str | None:
    """Return the edition in a notebook's metadata; None if there is no notebook, or none in it."""
    try:
        return json.loads(notebook.read_text("utf-8"))["metadata"].get(EDITION)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


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
