"""What axe finds on a page; it is installed beside what draws the reading copy's formulas."""

import os

import pytest

from course_utils.app.places import UsageError
from course_utils.staff.authoring.site import formulas


def install():
    """Install axe; where npm cannot, the test is skipped, or fails if nothing may be skipped."""
    try:
        formulas.install_mathjax()
    except UsageError as error:
        if os.environ.get("COURSE_REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(error))


def seriously(page, *rules, inside="html"):
    """Return axe's serious and critical findings: of some rules, or of all that WCAG asks for.

    Formulas are pictures that axe would look at glyph by glyph; `test_formulas…` looks at them.
    """
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate((formulas.HERE / "node_modules/axe-core/axe.min.js").read_text())
    only = {"type": "rule", "values": rules} if rules else ["wcag2a", "wcag2aa", "wcag21aa"]
    found = page.evaluate(
        "([inside, only]) => axe.run({include: [[inside]], "
        "exclude: [['.formula svg'], ['.formula math'], ['.glyphs']]}, "
        "{preload: false, resultTypes: ['violations'], runOnly: only})",
        [inside, only],
    )
    return [
        (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
