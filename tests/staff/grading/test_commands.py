"""How far `course grade` is: shown on standard error alone."""

import sys

from course_utils.staff.grading.commands import _progress


def count_to(total):
    with _progress(total, "graded") as progress:
        for done in range(1, total + 1):
            progress(done)


def test_a_file_or_a_pipe_gets_a_line_every_tenth(capsys):
    count_to(25)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"{done} of 25 graded" for done in (3, 5, 8, 10, 13, 15, 18, 20, 23, 25)
    ]


def test_of_few_each_gets_its_line(capsys):
    count_to(2)
    assert capsys.readouterr().err == "1 of 2 graded\n2 of 2 graded\n"


def test_a_terminal_gets_one_bar_that_ends_full(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    count_to(25)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "graded: 100%" in err
    assert "25/25" in err
