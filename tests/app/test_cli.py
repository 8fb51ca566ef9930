"""The `course` command: help that suffices, one sentence for a mistake, exit codes that mean it."""

import errno
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from course_utils.app import places
from course_utils.app.main import command_line, main
from course_utils.app.places import UsageError, find_course, find_lessons, short_name
from course_utils.staff.authoring import release
from support import ROOT, small_course


def test_without_arguments_it_helps(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("usage: course")


@pytest.mark.parametrize("command", ["lab", "release", "doctor"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    options = set(re.findall(r"--[a-z-]+", text))
    assert (
        options
        >= {
            "lab": {"--no-browser", "--port", "--instructor"},
            "release": {"--check", "--run"},
            "doctor": {"--brief"},
        }[command]
    )
    main([])
    assert command in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["relaese"], "course: there is no command 'relaese', did you mean 'release'?"),
        (["xyz"], "course: there is no command 'xyz'; see `course --help`"),
        (["release", "--chek"], "course release: unrecognized arguments: --chek"),
        (["doctor", "now"], "course doctor: unrecognized arguments: now"),
        (["lab", "--prot", "3"], "course lab: there is no option --prot, did you mean --port?"),
        (["lab", "--Port=3"], "course lab: there is no option --Port, did you mean --port?"),
        (["lab", "-port", "3"], "course lab: there is no option -port, did you mean --port?"),
        (["lab", "--ip=x", "--nobrowser"], "course lab: there is no option --nobrowser, did you"),
        (["lab", "--hepl"], "course lab: there is no option --hepl, did you mean --help?"),
        (["lab", "--instructors"], "course lab: there is no option --instructors, did you mean"),
        (["--check"], "course: the following arguments are required: COMMAND"),
    ],
)
def test_a_wrong_use_gets_one_sentence_and_exit_code_2(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(sentence)
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    "port", ["eight", "99999999", "65536", "0", "-1", "1.5", "", "²", "9" * 5000]
)
def test_a_port_outside_its_range_gets_one_sentence_and_exit_code_2(port, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["lab", f"--port={port}"])
    assert exit_.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("course lab: argument --port: expected a port from 1 to 65535, got '")
    assert len(error) < 150


def passed_on(arguments, monkeypatch):
    """Return what `course lab` hands to JupyterLab."""
    from course_utils.app import lab

    seen = []
    monkeypatch.setattr(lab, "open_lab", lambda root, arguments, **kw: seen.extend(arguments))
    assert main(["lab", *arguments]) == 0
    return seen


@pytest.mark.parametrize("port", ["1", "8890", "65535"])
def test_a_port_is_passed_on(port, monkeypatch):
    assert passed_on(["--port", port], monkeypatch) == [f"--port={port}"]


def test_no_option_of_jupyterlabs_own_is_taken_for_a_misspelling(monkeypatch):
    from jupyterlab.labapp import LabApp

    ours = {"port", "no-browser"}  # both of us have them
    theirs = [f"--{name}=x" for name in {*LabApp.aliases, *LabApp.flags} - ours]
    theirs += [
        "--ServerApp.port=3",
        "--ServerApp.port_retries=0",
        "-y",
        "a folder/a notebook.ipynb",
    ]
    assert len(theirs) > 20
    assert passed_on(theirs, monkeypatch) == theirs


def test_an_unknown_lesson_gets_one_sentence_and_exit_code_2(tmp_path, monkeypatch, capsys):
    small_course.write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["release", "02-smal"]) == 2
    error = capsys.readouterr().err
    assert error == (
        "course release: expected the name of a lesson, got '02-smal'; did you mean 01-small?\n"
    )


def test_findings_are_printed_one_a_line_and_end_in_exit_code_1(tmp_path, monkeypatch, capsys):
    small_course.write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["release", "--check"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "solutions/01-small/01-small.ipynb: not tidy (outputs, metadata, ids or form); "
        "run `course release`",
        "notebooks/01-small/01-small.ipynb: not built yet; "
        "run `course release`, never edit it by hand",
    ]
    assert captured.err == "01-small: 2 findings\n"


def test_a_release_names_what_it_wrote_and_the_check_then_passes(tmp_path, monkeypatch, capsys):
    small_course.write_course(tmp_path)
    monkeypatch.chdir(tmp_path / "notebooks")  # any folder of the course will do
    assert main(["release", "01-small"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote solutions/01-small/01-small.ipynb",
        "wrote notebooks/01-small/01-small.ipynb",
        "01-small: released",
    ]
    assert main(["release", "--check"]) == 0
    assert capsys.readouterr().out == "01-small: in order\n"


@pytest.mark.parametrize(
    ("arguments", "ran"), [([], False), (["--check"], False), (["--run"], True)]
)
def test_the_sources_are_executed_only_when_asked(tmp_path, monkeypatch, capsys, arguments, ran):
    small_course.write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    seen = []

    def run_notebook(notebook, name, folder):
        seen.append((name, folder))
        return notebook, []

    monkeypatch.setattr(release, "run_notebook", run_notebook)
    main(["release", *arguments])
    source = Path("solutions", "01-small", "01-small.ipynb")
    assert seen == ([(source.as_posix(), tmp_path / source.parent)] if ran else [])


@pytest.mark.parametrize(("well", "code"), [(True, 0), (False, 1)])
def test_the_doctors_exit_code_says_whether_a_student_can_work(well, code, monkeypatch, capsys):
    from course_utils.app import doctor

    diagnosis = doctor.Diagnosis("numpy", well, "2.1", "install it")
    monkeypatch.setattr(doctor, "examine", lambda root: [diagnosis])
    assert main(["doctor"]) == code
    assert "numpy: 2.1" in capsys.readouterr().out


def test_ctrl_c_is_no_traceback(monkeypatch):
    def interrupted(root):
        raise KeyboardInterrupt

    from course_utils.app import doctor

    monkeypatch.setattr(doctor, "examine", interrupted)
    assert main(["doctor"]) == 130


def started(*arguments, **options):
    command = [sys.executable, "-m", "course_utils", *arguments]
    if os.name == "posix":  # tests that run in the background have Ctrl-C switched off
        options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)


def test_ctrl_c_in_the_middle_of_work_is_exit_code_130_and_no_traceback(tmp_path):
    path = tmp_path / "table1-digits-live.csv"
    with started("experiment", "table1", "--out", tmp_path, stdout=subprocess.PIPE) as process:
        while not path.is_file() or path.read_bytes().count(b"\n") < 2:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said


def test_a_reader_who_went_away_is_exit_code_141_and_no_traceback():
    reads, writes = os.pipe()
    os.close(reads)
    with started("doctor", stdout=writes) as process:
        os.close(writes)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_output_to_a_full_disk_is_one_sentence_and_exit_code_1():
    with Path("/dev/full").open("w") as full, started("doctor", stdout=full) as process:
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "course doctor: No space left on device\n")


def test_a_file_that_went_away_is_one_sentence_and_exit_code_1(monkeypatch, capsys):
    from course_utils.app import doctor

    def gone(root):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "notes.txt")

    monkeypatch.setattr(doctor, "examine", gone)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == "course doctor: No such file or directory: notes.txt\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("one\ntwo"), "one"),
        (ValueError("\n one \n"), "one"),
        (ValueError(), "ValueError"),
        (ValueError(" \n "), "ValueError"),
        (TimeoutError(), "TimeoutError"),
        (OSError(errno.ENOSPC, "No space left on device", "a.txt"), "No space left on device"),
        (OSError("of no number"), "of no number"),
    ],
)
def test_the_first_line_of_an_error_is_never_empty(error, line):
    assert places.first_line_of(error) == line


@pytest.mark.parametrize("code", ["0", "1", "2", "130", "141"])
def test_the_help_says_what_an_exit_code_means(code, capsys):
    main([])
    assert re.search(rf"Exit codes:.*\b{code} \w", " ".join(capsys.readouterr().out.split()))


NUMBERS = [
    (command, option)
    for command, parser in command_line()[1].items()
    for option in parser._actions
    if option.metavar == "N"
]
WRONG = ["-3", "1.5", "", "many", "²", "1e3", " ", "0x10", "9" * 5000]


@pytest.mark.parametrize(
    ("command", "option"), NUMBERS, ids=[f"{c} {o.option_strings[0]}" for c, o in NUMBERS]
)
@pytest.mark.parametrize("number", WRONG, ids=lambda number: number[:5])
def test_a_number_that_is_none_is_refused_in_one_sentence(command, option, number, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([command, f"{option.option_strings[0]}={number}"])
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"course {command}: argument {option.option_strings[0]}: expected a ")
    assert said.count("\n") == 1
    assert len(said) < 200


def test_the_installed_command_needs_no_activated_environment(tmp_path):
    command = Path(sysconfig.get_path("scripts"), "course")
    done = subprocess.run(
        [command, "doctor", "--brief"], cwd=tmp_path, env={"PATH": ""}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_doctor_needs_no_package_but_the_standard_library():
    program = (
        "import sys; from course_utils.app.main import command_line, main; code = main(['doctor']);"
        "heavy = {'numpy', 'nbformat', 'nbgrader', 'jupyterlab', 'matplotlib'} & set(sys.modules);"
        "assert not heavy, heavy; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# Where the course lies


def test_the_course_is_found_from_any_folder_inside_it(tmp_path):
    small_course.write_course(tmp_path)
    assert find_course(tmp_path / "solutions" / "01-small") == tmp_path


def test_from_anywhere_else_the_course_is_the_installed_one(tmp_path):
    assert find_course(tmp_path) == ROOT


def test_where_there_is_no_course_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "lib" / "course_utils")
    with pytest.raises(UsageError, match=r"expected the course's folder .*, got "):
        find_course(tmp_path)


def test_lessons_are_named_once_and_in_order(tmp_path):
    for name in ["02-b-or-c", "01-a", ".hidden"]:
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / "x.ipynb").touch()
    (tmp_path / "solutions" / "README.md").touch()
    assert find_lessons(tmp_path) == ["01-a", "02-b-or-c"]
    assert find_lessons(tmp_path, ["02-b-or-c", "01-a", "02-b-or-c"]) == ["01-a", "02-b-or-c"]


@pytest.mark.parametrize(
    ("lesson", "short"),
    [("01-momentum", "momentum"), ("04-initialization-and-momentum", "initialization")],
)
def test_a_lessons_short_name_is_the_first_word_after_its_number(lesson, short):
    assert short_name(lesson) == short


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("b", "expected a lesson's folder such as 05-noun, got b"),
        ("2-b", "expected a lesson's folder such as 05-noun, got 2-b"),
        ("02_b", "expected a lesson's folder such as 05-noun, got 02_b"),
        ("02-a-again", "expected lessons with other first words, got 01-a and 02-a-again"),
    ],
)
def test_a_lesson_without_a_short_name_of_its_own_is_told_in_one_sentence(name, sentence, tmp_path):
    for lesson in ["01-a", name]:
        (tmp_path / "solutions" / lesson).mkdir(parents=True)
        (tmp_path / "solutions" / lesson / "x.ipynb").touch()
    with pytest.raises(UsageError) as caught:
        find_lessons(tmp_path)
    assert str(caught.value) == sentence
