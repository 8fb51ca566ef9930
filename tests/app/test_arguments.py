"""Numbers on the command line: within their range, or one sentence."""

import argparse

import pytest

from course_utils.app import arguments
from course_utils.app.main import main


@pytest.mark.parametrize("text", ["0", "-3", "2.5", "two", "", "²", "99999"])
def test_a_number_of_workers_is_a_whole_number_from_1(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a number from 1, got '"):
        arguments.count(text)
    assert arguments.count("12") == 12


@pytest.mark.parametrize("text", ["-1", "1e3", "1" * 19, ""])
def test_a_seed_is_a_whole_number_that_is_not_negative_nor_too_long(text):
    with pytest.raises(argparse.ArgumentTypeError, match="at most 18 digits, got '"):
        arguments.seed(text)
    assert arguments.seed("0") == 0


@pytest.mark.parametrize("command", [["experiment", "table1"], ["grade", "01-momentum"]])
def test_every_command_with_workers_refuses_none_in_one_sentence(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([*command, "--workers=-3"])
    assert exit_.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith(f"course {command[0]}: argument --workers: expected a number from 1")
    assert error.count("\n") == 1
