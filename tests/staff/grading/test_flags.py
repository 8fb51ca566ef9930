"""A flag is declared once: who raises, shows or explains one reads that table, or a test fails."""

import ast
import json
import pickle
import re
from pathlib import Path

import pytest

from course_utils.staff import grading
from course_utils.staff.grading.flags import Flag, in_order, known
from course_utils.staff.grading.pages.render import STOPPED
from course_utils.staff.grading.score import KILLED
from course_utils.staff.grading.submissions.canonical import NotGraded
from support import ROOT

PACKAGE = Path(grading.__file__).parent
OTHERS = [path for path in PACKAGE.rglob("*.py") if path.name != "flags.py"]
each_flag = pytest.mark.parametrize("flag", list(Flag))


def test_the_guide_has_a_row_for_every_flag_and_no_other():
    guide = (ROOT / "solutions" / "README.md").read_text("utf-8")
    table = guide.partition("| flag | what it means | who sees it |\n|---|---|---|\n")[2]
    rows = re.match(r"(\|.*\n)*", table)[0].splitlines()
    assert rows == [f"| `{flag}` | {flag.meaning} | {flag.seen_by} |" for flag in Flag]


@each_flag
def test_a_flag_says_in_one_line_each_what_it_means_and_what_the_student_reads(flag):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", flag)
    assert flag.meaning
    assert "\n" not in flag.meaning + flag.remark
    assert not flag.remark or flag.remark.endswith(".")


@each_flag
def test_somebody_raises_every_flag(flag):
    used = {
        node.attr
        for path in OTHERS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Flag"
    }
    assert flag.name in used


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nobody_spells_a_flag_of_several_words_by_hand(path):
    names = {flag for flag in Flag if "-" in flag}
    tree = ast.parse(path.read_text("utf-8"))
    spelt = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert not spelt & names


def test_what_ends_a_process_is_explained_on_the_page_of_points_and_on_that_of_figures():
    ending = {Flag.CRASHED, Flag.TIMED_OUT, Flag.OUT_OF_MEMORY}
    assert set(KILLED) == set(STOPPED) == ending
    assert all(flag.while_running for flag in ending)


def test_flags_come_once_each_and_in_one_order():
    assert in_order(["crashed", "renamed", "crashed"]) == ("renamed", "crashed")
    assert in_order(reversed(Flag)) == tuple(Flag)


def test_a_flag_that_nobody_declared_is_refused():
    with pytest.raises(ValueError, match="'no-such' is not a valid Flag"):
        in_order(["crashed", "no-such"])
    with pytest.raises(ValueError, match="'no-such' is not a valid Flag"):
        in_order(NotGraded("a reason", "no-such").flags)


def test_a_flag_of_another_release_is_passed_over():
    assert known(["renamed", "of-another-release", "crashed"]) == [Flag.RENAMED, Flag.CRASHED]


@each_flag
def test_what_is_handed_on_is_plain_text(flag):
    (name,) = in_order([flag])
    assert type(name) is str
    assert json.dumps(flag) == json.dumps(name)
    assert pickle.loads(pickle.dumps(flag)) is flag
