"""Feedback and report in a real Chromium; COURSE_SCREENSHOTS=FOLDER keeps the pictures."""

import dataclasses
import os
from pathlib import Path

import pytest

from course_utils.app.doctor import OPTIONAL
from course_utils.staff.grading.pages.feedback import write_feedback
from course_utils.staff.grading.pages.report import write_report
from course_utils.staff.grading.submissions.outline import read_outline
from course_utils.staff.grading.term.finals import finals
from course_utils.staff.grading.term.settings import Term
from support import ROOT
from support.cohorts import LESSON, right
from support.entries import EVIL, cohort, entry

OUTLINE = read_outline(ROOT, LESSON)
BAD = f"x{EVIL}".replace("/", "").replace("\x00", "")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    root = tmp_path_factory.mktemp("pages")
    evil = entry({"momentum-step": "wrong"}, student=BAD)
    evil.result["exercises"]["momentum-step"]["message"] = EVIL
    answers = {name: EVIL for name in (*right(), "reflect-tuning")}
    (feedback,) = write_feedback(OUTLINE, evil, answers, None, root)
    entries = [*cohort(), dataclasses.replace(evil, digest="e", id=20)]
    by_student = {one.student: one for one in entries}
    counts = finals(Term(), OUTLINE, by_student, {}, {}, {})
    report, _ = write_report(OUTLINE, by_student, counts, lambda digest: {}, root)
    return {"feedback": feedback, "report": report}


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=OPTIONAL["chromium"].where(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.mark.requires("chromium")
@pytest.mark.parametrize("name", ["feedback", "report"])
@pytest.mark.parametrize("width", [1000, 400])
def test_a_page_opens_without_an_error_a_request_or_a_script(chromium, pages, name, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    said, requests = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(pages[name].as_uri())
    page.wait_for_load_state("networkidle")
    assert said == []
    assert [url for url in requests if not url.startswith("data:")] == [pages[name].as_uri()]
    assert page.locator("script, img, iframe, form").count() == 0
    # The style sheet's hash is right, or nothing would be styled.
    assert page.locator("h1").evaluate("e => getComputedStyle(e).overflowWrap") == "anywhere"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if name == "report":
        assert page.locator("svg rect.bar").count() == 13
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.close()
