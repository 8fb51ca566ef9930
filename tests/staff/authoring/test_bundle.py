"""What a student downloads: whole, without a line of an answer, the same everywhere, and it works.

The last tests install it as a student does, which needs a package index; without one they are
skipped, or fail where nothing may be skipped.
"""

import ast
import hashlib
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from types import SimpleNamespace

import mistune
import nbformat
import numpy as np
import pytest
from packaging.markers import Marker

from course_utils.app.main import command_line, main
from course_utils.staff.authoring import bundle as bundle_module
from course_utils.staff.authoring import imports
from course_utils.staff.authoring.bundle import TOP, NotInOrderError, archive, setup
from course_utils.staff.authoring.headless import HeadlessClient
from course_utils.staff.authoring.release import Outcome
from course_utils.staff.registry import EXERCISES
from support import ROOT, lab_server, small_course
from support.lab_server import TOKEN, running_lab

LESSONS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/*/*.ipynb"))


@pytest.fixture(scope="module")
def files():
    """Return the bytes of every file of the student's copy, by name."""
    with zipfile.ZipFile(io.BytesIO(archive(ROOT))) as file:
        return {entry.filename.removeprefix(f"{TOP}/"): file.read(entry) for entry in file.filelist}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Return the folder that a student has after unpacking, on a path of its own."""
    folder = tmp_path_factory.mktemp("C ") / "Jörg's Übungen (neu) & alt"
    with zipfile.ZipFile(io.BytesIO(archive(ROOT))) as file:
        file.extractall(folder)
    return folder / TOP


# --- what is in it --------------------------------------------------------------------------------


def test_it_holds_the_lessons_the_set_up_and_a_page_to_begin_with(files):
    assert set(LESSONS) <= set(files)
    assert {name for name in files if "/" not in name} == {
        "LICENSE",
        "Makefile",
        "README.md",
        "environment.yml",
        "nbgrader_config.py",
        "pyproject.toml",
        "requirements.lock",
        "setup.sh",
    }
    pages = ["notebooks/README.md", "notebooks/SOURCES.md"]
    for name in [*LESSONS, *pages, "LICENSE", "environment.yml", "setup.sh"]:
        assert files[name] == (ROOT / name).read_bytes()


def test_it_holds_nothing_of_the_instructors_and_authors(files):
    tops = {name.split("/")[0] for name in files if "/" in name}
    assert tops == {"course_utils", "notebooks"}
    inside = {name.removeprefix("course_utils/") for name in files}
    for word in ("staff", "registry", "grading", "authoring", "frontend"):
        assert not [name for name in inside if word in name], word
    data = {Path(name).parts[:-1] for name in inside if not name.endswith((".py", ".ipynb"))}
    folders = {"/".join(parts[:2]) for parts in data if parts and parts[0] != "notebooks"}
    assert folders == {
        "app/jupyter",
        "data",
        "exercises/compiled",
        "exercises/predictions",
        "experiments/results",
        "widgets/static",
    }


def test_whatever_a_shipped_module_imports_is_shipped(files):
    def shipped(module):
        path = module.replace(".", "/")
        return f"{path}.py" in files or f"{path}/__init__.py" in files

    lessons = set()
    for name in files:
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(files[name])):
            if isinstance(node, ast.ImportFrom) and node.level:
                home = Path(name).parts[: -node.level]
                base = ".".join([*home, *filter(None, [node.module])])
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("course_utils"):
                base = node.module
            else:
                continue
            assert shipped(base), f"{name}: {ast.unparse(node)}"
            if (ROOT / base.replace(".", "/")).is_dir():
                for alias in node.names:
                    module = ROOT / base.replace(".", "/") / alias.name
                    if module.is_dir() or module.with_suffix(".py").is_file():
                        assert shipped(f"{base}.{alias.name}"), f"{name}: {ast.unparse(node)}"
            lessons.add(name)
    assert len(lessons) > 20


@pytest.mark.nightly
def test_every_shipped_module_imports_from_the_copy_alone(unpacked):
    program = """
        import importlib, pathlib, sys
        sys.path.insert(0, sys.argv[1])
        root = pathlib.Path(sys.argv[1])
        package = root / "course_utils"
        settings = package / "app" / "jupyter"  # which Jupyter reads, and nobody imports
        for path in sorted(set(package.rglob("*.py")) - set(settings.rglob("*"))):
            importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
        ours = [m for name, m in sys.modules.items() if name.split(".")[0] == "course_utils"]
        assert len(ours) > 40
        assert all(pathlib.Path(m.__file__).is_relative_to(root) for m in ours)
    """
    command = [sys.executable, "-W", "error", "-B", "-c", textwrap.dedent(program), str(unpacked)]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def links(nodes):
    """Yield the targets of all links and pictures of a Markdown tree."""
    for node in nodes:
        if node["type"] in ("link", "image"):
            yield node["attrs"]["url"]
        yield from links(node.get("children", []))


def test_every_link_of_its_pages_and_lessons_leads_somewhere_inside(files):
    parse = mistune.create_markdown(renderer=None, plugins=["table"])
    folders = {parent.as_posix() for name in files for parent in Path(name).parents}
    for name in [*LESSONS, "README.md", "notebooks/README.md", "notebooks/SOURCES.md"]:
        text = files[name].decode()
        if name in LESSONS:
            cells = nbformat.reads(text, as_version=4).cells
            text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for url in links(parse(text)):
            target = url.partition("#")[0]
            if target and not re.match("[a-z]+:", target):
                there = os.path.normpath(Path(name).parent / target)
                assert there in files or there in folders, f"{name}: {url}"


def test_no_page_names_a_file_that_is_not_there(files):
    for span in re.findall("`([^` ]+)`", files["README.md"].decode()):
        if "." in span.strip("./") and not span.startswith(".venv"):
            assert span in files, span
        elif span.endswith("/"):
            assert any(name.startswith(span) for name in files), span


def test_every_module_that_a_lesson_or_page_speaks_of_is_there(files):
    spoken = set()
    for name in [*LESSONS, "README.md", "notebooks/README.md"]:
        spoken |= set(re.findall(r"course_utils\.(\w+)", files[name].decode()))
    assert {"optimizers", "measures", "objectives"} <= spoken
    modules = [Path(name).parts[1] for name in files if name.endswith(".py") and "/" in name]
    assert spoken <= {module.removesuffix(".py") for module in modules}


# --- how it is found ------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    """A course whose lesson and package a test writes; what travels of the package comes back."""
    package = tmp_path / "course_utils"

    def needed(lesson, modules):
        for name, text in {"__init__.py": "", **modules}.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(textwrap.dedent(text))
        cells = [nbformat.v4.new_code_cell(lesson)]
        notebook = tmp_path / "lesson.ipynb"
        notebook.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
        found = imports.needed(package, [notebook], students=True)
        return {path.relative_to(package).as_posix() for path in found} - {"__init__.py"}

    return needed


@pytest.mark.parametrize(
    "lesson",
    [
        "import course_utils.a",
        "from course_utils import a",
        "from course_utils.a import anything",
        "%matplotlib inline\n!ls\nimport course_utils.a as b",
        "def later():\n    from course_utils import a",
    ],
)
def test_what_a_lesson_imports_travels_with_what_that_imports(course, lesson):
    modules = {"a.py": "def f():\n    from . import b", "b.py": "import numpy.x", "x.py": ""}
    assert course(lesson, modules) == {"a.py", "b.py"}
    package = {"a.py": "from .p.q import r", "p/__init__.py": "from ..x import y", "p/q.py": ""}
    assert course(lesson, modules | package) == {"a.py", "p/__init__.py", "p/q.py", "x.py"}


def test_of_the_commands_travel_those_of_students_with_what_they_import(files):
    names = {name.removeprefix("course_utils/") for name in files}
    assert {"__main__.py", "app/main.py", "app/cli.py", "app/lab.py", "app/doctor.py"} <= names
    assert "experiments/runner.py" in names  # a command imports it when it runs
    assert not [name for name in names if name.startswith("staff")]


def test_data_travels_with_the_module_that_names_its_folder(course):
    names = ["cases/a.json", "cases/.hidden", "cases/a.json~", "other/b.json", "deep/in/c.csv"]
    data = dict.fromkeys(names, "")
    lesson = "from course_utils import a"
    assert course(lesson, data | {"a.py": "FOLDER = 'cases'"}) == {"a.py", "cases/a.json"}
    assert course(lesson, data | {"a.py": "FOLDER = 'deep'"}) == {"a.py", "deep/in/c.csv"}
    assert course(lesson, data | {"a.py": "'Not cases, nor other.'"}) == {"a.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import course_utils.staff.grading",
        "def f():\n    from .staff.grading.score import score",
        "from .staff.registry import score",
        "from .staff.registry.adam import x",
        "from . import staff",
        "import importlib\nimportlib.import_module('course_utils.staff.registry')",
    ],
)
def test_a_way_to_the_answers_stops_it(course, code):
    modules = ["grading/__init__.py", "grading/score.py", "registry/__init__.py", "__init__.py"]
    modules = [f"staff/{name}" for name in modules]
    with pytest.raises(imports.KeptBackError, match=r"course_utils/a\.py imports staff, which"):
        course("import course_utils.a", dict.fromkeys(modules, "") | {"a.py": code})


# --- the set-up -----------------------------------------------------------------------------------


def test_students_have_the_courses_own_bounds_and_no_extras(files):
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    theirs = tomllib.loads(files["pyproject.toml"].decode())
    del ours["project"]["optional-dependencies"]
    assert theirs["project"] == ours["project"]
    assert theirs["build-system"] == ours["build-system"]
    assert set(theirs["tool"]) == {"hatch", "uv"}
    assert theirs["tool"]["uv"] == ours["tool"]["uv"]  # what is excluded here is there, too


def pins(text):
    """Return {line of a pin: its hashes} of a lock file."""
    text = text.replace("\\\n", " ")
    rows = re.findall(r"^(\w\S*==\S+(?: ; [^#\n]*?)?)((?: +--hash=\S+)+) *$", text, re.MULTILINE)
    return {pin.strip(): hashes.split() for pin, hashes in rows}


def test_students_pins_are_the_courses_own_with_their_hashes(files):
    ours = pins((ROOT / "requirements.lock").read_text("utf-8"))
    theirs = pins(files["requirements.lock"].decode())
    assert len(theirs) == len(re.findall(r"^\w", files["requirements.lock"].decode(), re.MULTILINE))
    assert theirs.items() <= ours.items()
    names = {pin.split("==")[0] for pin in theirs}
    for tool in ("pytest", "ruff", "playwright", "distributed", "sqlalchemy-stubs", "hypothesis"):
        assert tool not in names
    assert {"numpy", "jupyterlab", "nbgrader", "uv", "hatchling"} <= names


def test_a_pin_is_kept_with_everything_above_and_nothing_beside_it():
    lock = """\
a==1 \\
    --hash=sha256:aa
    # via course (pyproject.toml)
b==2 ; sys_platform == 'win32' \\
    --hash=sha256:bb
    # via
    #   a
    #   tester
c==3 \\
    --hash=sha256:cc
    # via b
tester==4 \\
    --hash=sha256:dd
    # via course (pyproject.toml)
uv==5 \\
    --hash=sha256:ee
    # via course (pyproject.toml)
z==6 \\
    --hash=sha256:ff
    # via tester
"""
    project = '[project]\ndependencies = ["A>=1,<2"]\n[build-system]\nrequires = []\n'
    kept = setup.students_lock(lock, project)
    assert pins(kept).keys() == {"a==1", "b==2 ; sys_platform == 'win32'", "c==3", "uv==5"}
    assert "tester" not in kept


def test_students_can_make_what_they_need_and_no_more(files):
    text = files["Makefile"].decode()
    assert set(re.findall(r"^([a-z]+):(?!=)", text, re.MULTILINE)) == {"lab", "setup", "clean"}
    assert ".venv/dev.stamp" not in text
    assert "instructor" not in text


# --- the same everywhere --------------------------------------------------------------------------


def run_course(root, *arguments, cwd=None, **environment):
    """Run the `course` command of a copy of the repository."""
    variables = {**os.environ, "PYTHONPATH": str(root), **environment}
    return subprocess.run(
        [sys.executable, "-m", "course_utils", *arguments],
        cwd=cwd or root,
        env=variables,
        capture_output=True,
        text=True,
        umask=0o077,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository as it lies on somebody's machine, with what editors leave there."""
    root = tmp_path_factory.mktemp("copy") / "elsewhere"
    left_behind = shutil.ignore_patterns(".*", "node_modules", "__pycache__", "build", "dist")
    shutil.copytree(ROOT, root, ignore=left_behind, copy_function=shutil.copyfile)
    for name in (
        "notebooks/01-momentum/.ipynb_checkpoints/01-momentum-checkpoint.ipynb",
        "course_utils/__pycache__/cli.cpython-311.pyc",
        "course_utils/experiments/results/__pycache__/x.pyc",
        "course_utils/exercises/compiled/.DS_Store",
        "course_utils/widgets/static/figures.js~",
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("left behind")
    return root


@pytest.mark.nightly
def test_another_folder_umask_zone_and_process_give_the_same_bytes(copy):
    out = copy.parent / "made.zip"
    done = run_course(
        copy,
        *("bundle", "--out", str(out)),
        cwd=copy / "notebooks",
        TZ="Asia/Tokyo",
        LC_ALL="C",
        PYTHONHASHSEED="7",
    )
    assert (done.returncode, done.stderr) == (0, "")
    digest = hashlib.sha256(archive(ROOT)).hexdigest()
    assert hashlib.sha256(out.read_bytes()).hexdigest() == digest
    assert re.fullmatch(rf"wrote .*made\.zip: \d\.\d MB, SHA-256 {digest}\n", done.stdout)


def test_a_git_clone_gives_the_same_bytes(copy, tmp_path, cannot_run):
    if not shutil.which("git"):
        cannot_run("git is missing")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    git = ["git", *who, "-C", str(copy)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-f", "."], check=True)
    subprocess.run([*git, "commit", "-q", "--no-gpg-sign", "-m", "All"], check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(copy), str(clone)], check=True, umask=0o027)
    assert archive(clone) == archive(ROOT)


def test_entries_are_sorted_plain_files_of_one_time_and_mode():
    with zipfile.ZipFile(io.BytesIO(archive(ROOT))) as file:
        entries = file.filelist
    names = [entry.filename for entry in entries]
    assert names == sorted(set(names))
    assert {name.split("/")[0] for name in names} == {TOP}
    assert not [name for name in names if "/." in name or "__pycache__" in name or "\\" in name]
    assert {entry.date_time for entry in entries} == {(2025, 1, 1, 0, 0, 0)}
    assert {(e.create_system, oct(e.external_attr >> 16)) for e in entries} == {(3, "0o100644")}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


# --- when it refuses ------------------------------------------------------------------------------


@pytest.mark.nightly
def test_lessons_that_drifted_from_their_sources_are_not_handed_out(copy, tmp_path):
    out = tmp_path / "students.zip"
    out.write_bytes(b"the last one")
    lesson = copy / "notebooks" / "03-adam" / "03-adam.ipynb"
    kept = lesson.read_text("utf-8")
    lesson.write_text(kept.replace("Adam", "Eve", 1), encoding="utf-8")
    try:
        done = run_course(copy, "bundle", "--out", str(out))
    finally:
        lesson.write_text(kept, encoding="utf-8")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "course bundle: notebooks/ is not in order (1 finding): see `course release --check`\n"
    )
    assert out.read_bytes() == b"the last one"


@pytest.fixture
def in_order(monkeypatch):
    """Take the lessons for in order without looking, which takes seconds."""
    monkeypatch.setattr(bundle_module, "release", lambda root, check: Outcome())


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ("nowhere/x.zip", "expected a folder that exists, got "),
        ("notes.ipynb", "expected the name of a zip to write, such as optimizers-course.zip, got "),
        ("folder.zip", "expected the name of a zip to write, such as optimizers-course.zip, got "),
    ],
)
@pytest.mark.usefixtures("in_order")
def test_a_wrong_out_gets_one_sentence_and_exit_code_2(out, sentence, tmp_path, capsys):
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "notes.ipynb").write_text("mine")
    before = small_course.snapshot(tmp_path)
    assert main(["bundle", "--out", str(tmp_path / out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"course bundle: {sentence}")
    assert error.count("\n") == 1
    assert small_course.snapshot(tmp_path) == before


@pytest.mark.posix("Windows cannot bound a file's size")
@pytest.mark.usefixtures("in_order")
def test_a_disk_that_is_full_leaves_the_last_zip_whole(tmp_path, capsys):
    import resource

    out = tmp_path / "students.zip"
    out.write_bytes(b"the last one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, limits[1]))  # the zip is larger
    try:
        code = main(["bundle", "--out", str(out)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert code == 2
    assert capsys.readouterr().err == f"course bundle: cannot write {out}: File too large\n"
    assert small_course.snapshot(tmp_path) == {out: b"the last one"}


def test_a_course_that_is_not_the_installed_one_is_refused(tmp_path, monkeypatch, capsys):
    small_course.write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["bundle", "--out", "x.zip"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("course bundle: expected the folder of the course that is installed, ")


def test_a_lesson_that_imports_the_answers_ends_in_exit_code_1(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bundle_module, "release", lambda root, check: Outcome())

    def refuse(*_, **__):
        raise imports.KeptBackError("a lesson imports staff, which is not for students")

    monkeypatch.setattr(imports, "needed", refuse)
    with pytest.raises(NotInOrderError):
        archive(ROOT)
    assert main(["bundle", "--out", str(tmp_path / "x.zip")]) == 1
    assert capsys.readouterr().err.startswith("course bundle: a lesson imports staff")
    assert not list(tmp_path.iterdir())


# --- nothing leaks --------------------------------------------------------------------------------

# Characters, without spaces, from which a line is taken for more than chance.
SPECIFIC = 12

# Lines of answers that stand in what students get, and why that gives nothing away.
GENERIC = {
    "return weights": "two words of English too, and the end of every loop over weights",
    "for _ in range(epochs):": "the loop whose faults lesson 3 asks for is a training loop, and "
    "so is the answer of lesson 1",
    "for gradient_function in minibatch_gradients:": "the same",
    "gradient = gradient_function(weights)": "the same",
}


def dense(text):
    return "".join(text.split())


def hidden_lines():
    """Return {line without spaces: where} of all that only the sources of the lessons hold."""
    found = {}
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            nbgrader = cell["metadata"].get("nbgrader", {})
            lines = "".join(cell["source"]).splitlines()
            if not (nbgrader.get("solution") and cell["cell_type"] == "markdown"):
                text = "\n".join(lines)
                regions = re.findall(
                    r"BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME).*\n((?:.*\n)*?).*END \1", text
                )
                lines = "\n".join(region for _, region in regions).splitlines()
            for line in lines:
                for part in {line, line.strip().removeprefix("return ")}:
                    if len(dense(part)) >= SPECIFIC:
                        name = nbgrader.get(
                            "grade_id", cell["id"]
                        )  # a function for practice has no grade_id
                        found[dense(part)] = f"{path.stem}, {name}"
    return found


HIDDEN = hidden_lines()


def test_the_sources_hide_something_of_every_exercise():
    places = {place.split(", ")[1] for place in HIDDEN.values()}
    tested = {place.removesuffix("-test") for place in places if place.endswith("-test")}
    assert tested == set(EXERCISES)
    # The line of a solution may be too short to be told from chance.
    assert len(set(EXERCISES) - places) <= 3
    assert len([place for place in places if place.startswith("reflect-")]) == 16


def leaks_in_lessons(files):
    """Return the hidden lines that stand in the pages and notebooks of a student's copy."""
    allowed = {dense(line) for line in GENERIC}
    found = []
    for name, data in files.items():
        if name.startswith("course_utils/"):
            continue
        text = data.decode()
        if name.endswith(".ipynb"):
            cells = json.loads(text)["cells"]
            text = "\n".join("".join(cell["source"]) for cell in cells)
        for line in map(dense, text.splitlines()):
            for generic in allowed:
                line = line.replace(generic, "")
            found += [
                (name, HIDDEN[hidden]) for hidden in HIDDEN.keys() - allowed if hidden in line
            ]
        found += [(name, word) for word in ("course_utils.staff", "BEGIN HIDDEN") if word in text]
    return found


def declared_functions():
    """Return the lines of every right and wrong answer in the registry, by where it stands."""
    found = {}
    for slug, exercise in EXERCISES.items():
        sources = {s.name: s.source for s in [*exercise.misconceptions, *exercise.variants]}
        module = inspect.getmodule(exercise._reference)
        sources["reference"] = inspect.getsource(exercise._reference)
        assert module.__name__.startswith("course_utils.staff.registry.")
        for name, source in sources.items():
            lines = {dense(line) for line in source.splitlines()[1:] if len(dense(line)) >= 20}
            if len(lines) > 1:  # one line may be the one right way to write it
                found[f"{slug}, {name}"] = lines
    return found


DECLARED = declared_functions()


def leaks_in_package(files):
    """Return what of the registry stands in the package of a student's copy."""
    found = []
    for name, data in files.items():
        if not name.startswith("course_utils/") or name.endswith((".js", ".css", ".txt")):
            continue
        if name.endswith(".npz"):  # nothing but numbers
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                assert {array.dtype.kind for array in arrays.values()} <= {"u", "i", "f"}, name
            continue
        text = data.decode()
        lines = {dense(line) for line in text.splitlines()}
        found += [(name, place) for place, body in DECLARED.items() if body <= lines]
        words = ["staff.registry", "from .registry", "exercise.misconception", "Exercise("]
        found += [(name, word) for word in words if word in text]
    return found


def test_no_lesson_and_no_page_holds_a_hidden_line(files):
    assert leaks_in_lessons(files) == []


def test_the_package_holds_nothing_of_the_registry(files):
    assert len(DECLARED) > 200
    assert leaks_in_package(files) == []


def test_what_is_called_generic_does_occur(files):
    text = dense("".join(files[name].decode() for name in LESSONS))
    assert [line for line in GENERIC if dense(line) not in text] == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("# momentum = alpha*momentum + gradient", "01-momentum, momentum-step"),
        ("scale = beta*scale + (1 - beta)*gradient**2; print(scale)", "02-adaptive-rates, rmsprop"),
        ('score("adam-step", adam_step)', "03-adam, adam-step-test"),
        ("from course_utils.staff.registry import score", "course_utils.staff"),
    ],
)
def test_a_hidden_line_in_a_lesson_would_be_found(files, line, place):
    notebook = json.loads(files[LESSONS[-1]])
    notebook["cells"][3]["source"] = [line]
    planted = {**files, LESSONS[-1]: json.dumps(notebook).encode()}
    assert any(where.startswith(place) for _, where in leaks_in_lessons(planted))


def test_a_mark_scheme_in_a_lesson_would_be_found(files):
    scheme = next(line for line, place in HIDDEN.items() if "reflect-tuning-question" in place)
    planted = {**files, "notebooks/README.md": f"- {scheme}".encode()}
    assert [name for name, _ in leaks_in_lessons(planted)] == ["notebooks/README.md"]


@pytest.mark.parametrize("name", ["averages_instead_of_summing", "in_two_lines"])
def test_an_answer_of_the_registry_in_the_package_would_be_found(files, name):
    exercise = EXERCISES["momentum-step"]
    solutions = [*exercise.misconceptions, *exercise.variants]
    source = next(s.source for s in solutions if s.name == name)
    indented = textwrap.indent(source, "    ").encode()
    planted = {
        **files,
        "course_utils/app/places.py": files["course_utils/app/places.py"] + indented,
    }
    assert ("course_utils/app/places.py", f"momentum-step, {name}") in leaks_in_package(planted)


def texts_of(data):
    """Yield every text in JSON data, keys included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from texts_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts_of(value)


def test_case_files_hold_calls_and_hints_and_no_code(files):
    cases = {Path(name).stem: data for name, data in files.items() if "/compiled/" in name}
    assert set(cases) == set(EXERCISES)
    for slug, data in cases.items():
        task = json.loads(data)
        assert set(task) == {
            *("slug", "function", "arguments", "returns", "points"),
            *("judged_by", "hints", "cases", "pairs"),
        }
        exercise = EXERCISES[slug]
        sources = [s.source for s in [*exercise.misconceptions, *exercise.variants]]
        sources.append(inspect.getsource(exercise._reference))
        code = {dense(line) for source in sources for line in source.splitlines()[1:]}
        code = {line for line in code if len(line) >= SPECIFIC and re.search("[=*/@]", line)}
        for text in texts_of(task):
            assert "\n" not in text
            assert [line for line in code if line in dense(text)] == [], (slug, text)


def test_case_files_of_what_is_judged_by_a_property_hold_no_answer(files):
    judged = 0
    for name, data in files.items():
        task = json.loads(data) if "/compiled/" in name else {}
        for case in task.get("cases", []) if task.get("judged_by") else []:
            judged += 1
            assert case["mistaken"] == {}
            for value in case["expected"]:
                assert set(value.get("data", [value.get("all")])) <= {0.0}
    assert judged >= 3


# --- as a student ---------------------------------------------------------------------------------


def run(command, cwd, **environment):
    """Run a program of the copy, as from a fresh terminal."""
    foreign = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    variables = {name: value for name, value in os.environ.items() if name not in foreign}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=variables | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def set_up(unpacked):
    """Say `make setup` in the copy, with the Python that runs the tests."""
    if os.name == "nt":
        pytest.skip("there is no make on Windows; CI runs the README's lines there")
    done = run(["make", "setup", f"PYTHON={sys.executable}"], unpacked)
    yield unpacked, done
    shutil.rmtree(unpacked / ".venv", ignore_errors=True)  # half a gigabyte


OUT_OF_REACH = re.compile(
    "Failed to fetch|error sending request|No matching distribution|Connection|resolution|connect"
)


@pytest.fixture
def student(set_up, cannot_run):
    """Return the folder of a copy that is set up."""
    folder, done = set_up
    if done.returncode and OUT_OF_REACH.search(done.stderr):
        cannot_run(f"no package index is in reach: {done.stderr.strip().splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    return folder


def course_of(folder, *arguments, **environment):
    return run([folder / ".venv" / "bin" / "course", *arguments], folder, **environment)


def test_after_the_set_up_the_doctor_is_content_and_speaks_of_students_alone(student, set_up):
    assert set_up[1].stdout.endswith("`course lab` opens the lessons.\n")
    done = course_of(student, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in done.stdout.splitlines()[:-1]} == {"ok"}
    assert str(student) in done.stdout


def test_what_is_installed_is_what_the_students_lock_says(student):
    program = (
        "import importlib.metadata as m; "
        "print(*sorted(f'{d.name}=={d.version}'.lower().replace('_', '-') "
        "for d in m.distributions()))"
    )
    installed = set(run([student / ".venv/bin/python", "-c", program], student).stdout.split())
    installed = {pin for pin in installed if not re.match("(pip|optimizers-course)=", pin)}
    locked = {
        pin.partition(" ; ")[0]
        for pin in pins((student / "requirements.lock").read_text("utf-8"))
        if " ; " not in pin or Marker(pin.partition(" ; ")[2]).evaluate()
    }
    # Building the package itself, in an environment of its own, needs a few more.
    building = {"hatchling", "editables", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
    assert installed <= locked
    assert {pin.split("==")[0] for pin in locked - installed} <= building


def test_students_commands_work_and_the_others_say_whose_they_are(student, tmp_path):
    listed = course_of(student, "--help").stdout
    theirs = ["lab", "experiment", "doctor"]
    assert re.findall(r"^    ([a-z]+)(?: |$)", listed, re.MULTILINE) == theirs
    _, commands = command_line()
    others = sorted(set(commands) - set(theirs))
    assert {"grade", "release", "bundle"} <= set(others)
    for command in (*[[other] for other in others], ["lab", "--instructor"]):
        done = course_of(student, *command)
        assert (done.returncode, done.stdout) == (2, ""), command
        assert "belongs to the instructors' copy of the course" in done.stderr
        assert done.stderr.startswith("course")
        assert done.stderr.count("\n") == 1
    done = course_of(student, "experiment", "rnn", "--data", "nothing", "--out", str(tmp_path))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "addition" in done.stderr


@pytest.fixture
def kernel(student, tmp_path, monkeypatch):
    """Return the name of a kernel that runs in the copy's own environment."""
    folder = tmp_path / "kernels" / "student"
    folder.mkdir(parents=True)
    argv = [
        str(student / ".venv/bin/python"),
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
    ]
    spec = {"argv": argv, "display_name": "student", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    return "student"


@pytest.mark.parametrize(
    "lesson",
    [LESSONS[0], *(pytest.param(lesson, marks=pytest.mark.nightly) for lesson in LESSONS[1:])],
    ids=lambda name: Path(name).stem,
)
def test_a_lesson_runs_up_to_its_first_exercise_which_waits_to_be_written(student, kernel, lesson):
    notebook = nbformat.read(student / lesson, as_version=4)
    graded = [
        k for k, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade")
    ]
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    whole = [
        node for node in ast.parse(code).body if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    where = "import course_utils\nprint(course_utils.__file__)"
    last = nbformat.v4.new_code_cell("\n".join([*map(ast.unparse, whole), where]))
    notebook.cells = [*notebook.cells[: graded[0] + 1], last]
    HeadlessClient(notebook, (student / lesson).parent, kernel_name=kernel).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert "not written yet" in "".join(output.get("text", "") for output in outputs[:-1])
    assert outputs[-1].text.strip() == str(student / "course_utils" / "__init__.py")


@pytest.fixture
def lab(student, monkeypatch):
    """The copy's own `course lab`."""
    scripts = SimpleNamespace(get_path=lambda name: str(student / ".venv" / "bin"))
    monkeypatch.setattr(lab_server, "sysconfig", scripts)
    with running_lab(student) as lab:
        yield lab


def write_answers(lesson):
    """Write the answers of its source into a lesson of the copy."""
    source = ROOT / "solutions" / lesson.parent.name / lesson.name
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(source, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    nbformat.write(notebook, lesson)


@pytest.mark.nightly
def test_in_the_copys_jupyterlab_the_first_lesson_is_written_and_validated(student, lab):
    status, listing = lab.get("/api/contents")
    names = {entry["name"] for entry in json.loads(listing)["content"]}
    assert (status, names) == (
        200,
        {Path(name).parts[1] for name in LESSONS} | {"README.md", "SOURCES.md"},
    )
    assert lab.get("/formgrader")[0] == 404
    write_answers(student / LESSONS[0])
    request = urllib.request.Request(  # what the button *Validate* sends
        f"{lab.url}/assignments/validate",
        data=json.dumps({"path": LESSONS[0].removeprefix("notebooks/")}).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=600) as answer:
        result = json.load(answer)
    assert result == {"success": True, "value": {}}  # nothing changed, nothing failed
