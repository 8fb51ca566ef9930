"""What is mended where Python runs in a browser."""

import json

from course_utils import browser


def package(folder, listed, wanted):
    (folder / "fontlist.json").write_text(json.dumps({"_version": listed, "ttflist": []}))
    (folder / "font_manager.py").write_text(f"class FontManager:\n    __version__ = {wanted}\n")
    return folder


def test_the_list_of_fonts_gets_the_version_that_is_looked_for(tmp_path):
    assert browser.mend_font_list(package(tmp_path, 390, 330))
    assert json.loads((tmp_path / "fontlist.json").read_text()) == {"_version": 330, "ttflist": []}


def test_a_list_that_fits_stays(tmp_path):
    assert not browser.mend_font_list(package(tmp_path, 330, 330))


def test_without_a_list_nothing_is_mended(tmp_path):
    assert not browser.mend_font_list(tmp_path)


def test_this_python_is_in_no_browser():
    assert browser.IN_BROWSER is False
