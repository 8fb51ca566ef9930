"""The course in the browser: what is packed, what is copied, and what JupyterLite is told."""

import gzip
import hashlib
import importlib.util
import json
import struct
import sysconfig
import tarfile
import zipfile

import pytest

from course_utils import browser
from course_utils.app.places import UsageError
from course_utils.staff.authoring import lite
from course_utils.staff.authoring.bundle import contents
from course_utils.staff.authoring.lite import (
    PURE_PACKAGES,
    bytecode,
    compiled,
    editions,
    jupyterlite,
    memory,
    settings,
)
from course_utils.staff.authoring.lite.program import BrokenLiteError, run
from course_utils.staff.authoring.lite.pyodide import CORE, LOCK, copy_pyodide
from course_utils.staff.authoring.lite.wheels import course_wheel, installed_wheel
from support import ROOT


@pytest.fixture(scope="module")
def files():
    return contents(ROOT)


def test_the_courses_wheel_holds_the_students_package_and_nothing_else(files, tmp_path):
    with zipfile.ZipFile(tmp_path / course_wheel(files, tmp_path)) as wheel:
        names = set(wheel.namelist())
        assert wheel.testzip() is None
    package = {name for name in files if name.startswith("course_utils/")}
    assert {name for name in names if ".dist-info/" not in name} == package
    assert "course_utils/data/digits.npz" in names
    assert not [name for name in names if "staff" in name]


def test_the_same_course_makes_the_same_bytes(files, tmp_path):
    wheels = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        wheels.append((folder / course_wheel(files, folder)).read_bytes())
    assert wheels[0] == wheels[1]


@pytest.mark.parametrize("name", PURE_PACKAGES)
def test_a_package_is_packed_without_what_only_this_machine_can_run(name, tmp_path):
    wheel = installed_wheel(name, tmp_path)
    assert wheel.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(tmp_path / wheel) as packed:
        names = packed.namelist()
    assert any(path.endswith(".dist-info/METADATA") for path in names)
    assert any(path.endswith(".py") for path in names)
    assert not [p for p in names if p.endswith((".so", ".pyd", ".pyc")) or p.startswith("..")]


def pyodide(folder, version="0.27.7"):
    """Make files that look like a Pyodide: two packages in the lock, of which one is there."""
    folder.mkdir()
    for name in CORE:
        (folder / name).write_bytes(name.encode())
    (folder / "numpy.whl").write_bytes(b"numpy")
    packages = {
        name: {"file_name": f"{name}.whl", "sha256": hashlib.sha256(name.encode()).hexdigest()}
        for name in ("numpy", "scipy")
    }
    info = {"version": version}
    (folder / LOCK).write_text(json.dumps({"info": info, "packages": packages}))
    return folder


def test_what_is_there_of_a_pyodide_is_copied_and_the_lock_names_nothing_else(tmp_path):
    place = tmp_path / "place"
    copy_pyodide(pyodide(tmp_path / "upstream"), place, "0.27.6")
    assert {path.name for path in place.iterdir()} == {*CORE, LOCK, "numpy.whl"}
    assert set(json.loads((place / LOCK).read_text())["packages"]) == {"numpy"}


@pytest.fixture
def wheels(tmp_path):
    """A Pyodide with a package that a page can use and one that it cannot, and another wheel."""
    place = tmp_path / "place"
    place.mkdir()
    for name in ("numpy", "openssl"):
        with zipfile.ZipFile(place / f"{name}.whl", "w") as packed:
            packed.writestr(f"{name}/__init__.pyc", name)
    packages = {name: {"file_name": f"{name}.whl"} for name in ("numpy", "openssl")}
    (place / LOCK).write_text(json.dumps({"info": {"version": "1"}, "packages": packages}))
    with zipfile.ZipFile(tmp_path / "course.whl", "w") as packed:
        packed.mkdir("course_utils")
        packed.writestr(f"course_utils/{'long' * 30}/sgd.py", "ETA = 0.1\n" * 100)
    return place, [tmp_path / "course.whl"]


def test_all_packages_are_one_archive_and_the_lock_names_none(wheels):
    place, others = wheels
    memory.pack(place, others)
    with tarfile.open(place / "site.tar.gz") as packed:
        found = {entry.name: packed.extractfile(entry).read() for entry in packed}
    assert found == {
        "numpy/__init__.pyc": b"numpy",
        f"course_utils/{'long' * 30}/sgd.py": b"ETA = 0.1\n" * 100,
    }
    assert json.loads((place / LOCK).read_text()) == {"info": {"version": "1"}, "packages": {}}
    assert not list(place.glob("*.whl"))


# A page as `start.js` sees it: Pyodide's files, and a Python that comes up with a memory or not.
PAGE = """
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");
const [script, folder, takesMemory] = process.argv.slice(1);
globalThis.importScripts = () => {
  globalThis.loadPyodide = async (options) => {
    const written = [];
    const FS = { mkdirTree() {}, writeFile: (path, data) => written.push([path, data.length]) };
    await options.fsInit(FS);
    if (options._loadSnapshot && takesMemory === "no") throw new Error("another engine");
    const HEAP32 = new Int32Array(8);
    const Module = { LDSO: { loadedLibsByHandle: {}, loadedLibsByName: { lib: 1 } }, HEAP32,
      __PyRuntime: 4, __PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET: 0, _PyEM_CountArgsPtr: 7 };
    return { _module: Module, _api: {}, runPython() {}, written,
      memory: options._loadSnapshot?.length ?? 0, packages: options.packages };
  };
};
globalThis.fetch = async (address) => new Response(readFileSync(address));
globalThis.URL.createObjectURL = () => "";
console.warn = console.log;
runInThisContext(readFileSync(script, "utf-8"));
loadPyodide({ indexURL: folder, packages: ["numpy"] }).then(({ memory, written, packages }) =>
  console.log(JSON.stringify({ memory, written, packages })));
"""


def checksum(data):
    """Return the FNV-1a of bytes, by whole words."""
    total = len(data)
    for (word,) in struct.iter_unpack("<I", data[: len(data) // 4 * 4]):
        total = (total ^ word) * 16777619 & 0xFFFFFFFF
    return total


@pytest.mark.requires("node")
@pytest.mark.parametrize(
    "case", ["whole", "another engine", "no memory", "older", "older packages"]
)
def test_python_starts_from_its_memory_and_anew_where_it_cannot(case, wheels):
    place, others = wheels
    memory.pack(place, others)
    (place / "pyodide.asm.js.gz").write_bytes(gzip.compress(b""))
    packages = gzip.decompress((place / "site.tar.gz").read_bytes())
    kept = {
        "site": checksum(packages) + (case == "older packages"),
        "memory": checksum(b"remembered"),
    }
    facts = {"state": {}, "handles": [[1, "lib"]]} | kept
    (place / "memory.json").write_text(json.dumps(facts))
    if case != "no memory":
        stored = b"reminders!" if case == "older" else b"remembered"
        (place / "memory.gz").write_bytes(gzip.compress(stored))
    takes_memory = "no" if case == "another engine" else "yes"
    done = run(["node", "-e", PAGE, memory.START, place, takes_memory], place)
    *told, result = done.stdout.splitlines()
    assert json.loads(result) == {
        "memory": len(b"remembered") if case == "whole" else 0,
        "written": [
            [f"/lib/python3.12/site-packages/course_utils/{'long' * 30}/sgd.py", 1000],
            ["/lib/python3.12/site-packages/numpy/__init__.pyc", 5],
        ],
        "packages": [],
    }
    assert ["starts anew" in line for line in told] == ([] if case == "whole" else [True])


@pytest.mark.requires("node")
def test_a_python_whose_memory_cannot_be_stored_is_said_in_a_sentence(tmp_path):
    (tmp_path / "pyodide.mjs").write_text("throw new Error('no')")
    with pytest.raises(BrokenLiteError, match=r"^Pyodide's memory could not be stored: no$"):
        memory.store(tmp_path)


SOURCES = {
    "package/__init__.py": "",
    "package/module.py": "def where():\n    return 1 / 0\n",
    "package/of_python_2.py": "print 1\n",
    "package/tests/test_module.py": "",
    "package/data.txt": "data",
    "course_utils/optimizers.py": "ETA = 0.1\n",
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "package-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in SOURCES.items():
            packed.writestr(name, text)
    compiled.compile_archive(str(path))
    return path


def test_compiled_code_takes_the_place_of_sources_that_nobody_reads(archive):
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
    assert names == [
        "package/__init__.pyc",
        "package/module.pyc",
        "package/of_python_2.py",
        "package/data.txt",
        "course_utils/optimizers.py",
        importlib.util.cache_from_source("course_utils/optimizers.py"),
    ]


def test_compiled_code_does_the_same_and_says_where_it_was(archive, monkeypatch):
    monkeypatch.syspath_prepend(archive)
    module = importlib.import_module("package.module")
    with pytest.raises(ZeroDivisionError) as caught:
        module.where()
    expected = f"{sysconfig.get_path('purelib')}/package/module.py"
    assert (str(caught.traceback[-1].path), caught.traceback[-1].lineno) == (expected, 1)


def test_code_beside_a_source_is_taken_however_the_files_were_unpacked(archive, tmp_path):
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    source = tmp_path / "course_utils" / "optimizers.py"
    source.write_text("ETA = 0.2\n")  # would be seen if the source were read
    spec = importlib.util.spec_from_file_location("optimizers_unpacked", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.ETA == 0.1


@pytest.mark.requires("node")
def test_a_pyodide_that_does_not_run_is_said_in_a_sentence(tmp_path):
    (tmp_path / "pyodide.mjs").write_text("export const loadPyodide = () => { throw Error('no'); }")
    with pytest.raises(BrokenLiteError, match=r"^Pyodide could not compile: no$"):
        bytecode.compile_archives(tmp_path, [])


def test_the_browser_tells_a_lesson_of_an_earlier_edition_from_the_current_one(tmp_path):
    def make(folder, text):
        cell = {"cell_type": "markdown", "metadata": {}, "source": text}
        lesson = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        marked = editions.mark({"notebooks/01/01.ipynb": json.dumps(lesson).encode()})
        folder.mkdir()
        for name, data in marked.items():
            (folder / name.rpartition("/")[2]).write_bytes(data)
        return folder

    old, new = make(tmp_path / "old", "momentum"), make(tmp_path / "new", "Momentum")
    table = new / browser.EDITIONS.name
    assert browser.older_lessons(new, table) == []
    assert browser.older_lessons(old, table) == ["01.ipynb"]
    (old / "01.ipynb").write_text("[]")  # nothing that has an edition
    assert browser.older_lessons(old, table) == []
    assert browser.older_lessons(old, tmp_path / "no-table.json") == []


def damaged(folder):
    (folder / "numpy.whl").write_bytes(b"numpy, changed")


def without_a_core(folder):
    (folder / "pyodide.asm.wasm").unlink()


def without_a_lock(folder):
    (folder / LOCK).unlink()


def with_another_lock(folder):
    (folder / LOCK).write_text("[]")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (damaged, "another SHA-256"),
        (without_a_core, r"pyodide\.asm\.wasm"),
        (without_a_lock, "No such file"),
        (with_another_lock, "expected the lock of a Pyodide"),
    ],
)
def test_files_that_are_not_upstreams_are_refused_in_a_sentence(spoil, told, tmp_path):
    folder = pyodide(tmp_path / "upstream")
    spoil(folder)
    with pytest.raises(UsageError, match=told):
        copy_pyodide(folder, tmp_path / "place", "0.27.6")


def test_another_pyodide_than_the_kernels_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"expected Pyodide .*, got 0\.1\.0"):
        copy_pyodide(pyodide(tmp_path / "upstream", "0.1.0"), tmp_path / "place", "0.27.6")


@pytest.mark.parametrize("script", ["pyodide.js", None])
def test_the_kernel_loads_the_wheels_and_asks_nobody_for_more(script, tmp_path):
    kernel = kernel_settings(tmp_path, ["a.whl"], script)
    assert kernel["disablePyPIFallback"] is True
    packages = kernel["loadPyodideOptions"]["packages"]
    assert packages == [*settings.OF_PYODIDE, "../../../../pypi/a.whl"]
    assert kernel.get("pyodideUrl") == (script and "./static/pyodide/pyodide.js")


def test_a_kernel_whose_packages_are_packed_installs_nothing(tmp_path):
    kernel = kernel_settings(tmp_path, [], "start.js")
    assert kernel["loadPyodideOptions"]["packages"] == list(settings.OF_KERNEL)
    assert kernel["pyodideUrl"] == "./static/pyodide/start.js"


def kernel_settings(folder, wheels, script):
    settings.write(folder, wheels, pyodide=script)
    page = json.loads((folder / "jupyter-lite.json").read_text())["jupyter-config-data"]
    return page["litePluginSettings"][settings.KERNEL]


def test_settings_are_those_of_the_courses_jupyterlab(tmp_path):
    news = settings.overrides()["@jupyterlab/apputils-extension:notification"]["fetchNews"]
    assert news == "false"


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="expected a new folder"):
        lite.build_lite(ROOT, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_pins_are_those_of_the_extra():
    assert [line.partition("==")[0] for line in jupyterlite.requirements()] == [
        "jupyterlite-core",
        "jupyterlite-pyodide-kernel",
    ]


def test_what_cannot_be_installed_is_said_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "requirements.lock").write_text("")
    monkeypatch.setattr(jupyterlite, "requirements", lambda: ["no package has this name"])
    with pytest.raises(UsageError, match="JupyterLite cannot be installed: "):
        jupyterlite.install(tmp_path, print)
    assert not (tmp_path / "build" / "jupyterlite" / ".installed").exists()


def test_the_version_of_pyodide_is_read_from_the_kernel(tmp_path):
    constants = tmp_path / "jupyterlite_pyodide_kernel" / "constants.py"
    constants.parent.mkdir()
    constants.write_text('PYODIDE = "pyodide"\nPYODIDE_VERSION = "0.27.6"\n')
    assert jupyterlite.pyodide_version(tmp_path) == "0.27.6"
