"""A walk over all files in a sandbox finds Python, a few packages, and nothing else."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from course_utils.staff.grading.sandbox.shown import compile_ahead
from support.graders import ROOT_HERE, as_ourselves, as_somebody, told_by

pytestmark = pytest.mark.requires("bubblewrap")

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PLACES = ("/python/bin/python3", "/python/lib", "/packages/", "/libraries/lib", "/sandbox.zip")
PLACES += ("/dev/", "/lib/ld-", "/lib64/ld-")
# Says what it finds that is no part of Python, and all that is to be seen of Python's folders.
WALK = f"""
import os
library = os.path.dirname(os.__file__)
foreign = [
    os.path.join(folder, name)
    for folder, folders, names in os.walk("/")
    for name in names
    if not os.path.join(folder, name).startswith({PLACES}) or "course_utils" in folder
    or "planted" in name or name.endswith((".ipynb", ".pth", ".db"))
]
for folder in ("site-packages", "dist-packages"):
    if os.path.exists(os.path.join(library, folder)):
        foreign += os.listdir(os.path.join(library, folder))
seen = [sorted(os.listdir(folder)) for folder in ("/python", "/python/bin", library + "/..")]
raise LookupError(repr((foreign[:2], *seen)))
"""
NO_MORE = repr(([], ["bin", "lib"], [VERSION], [VERSION]))


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Return a Python that somebody put into a folder, with other things in it and beside it."""
    prefix = tmp_path_factory.mktemp("a folder: with Python")
    prefix.chmod(0o755)  # so that an ordinary user finds it
    outside = Path(sys.base_prefix)
    library = prefix / "lib" / VERSION
    unused = shutil.ignore_patterns("site-packages", "test", "idlelib", "config-*", "ensurepip")
    shutil.copytree(os.path.dirname(os.__file__), library, copy_function=_link, ignore=unused)
    (prefix / "bin").mkdir()
    shutil.copy(outside / "bin" / VERSION, prefix / "bin")
    for file in outside.glob("lib/libpython*"):
        _link(file, prefix / "lib" / file.name)
    for folder in ("bin", "lib", "exchange/planted-inbound", f"lib/{VERSION}/site-packages"):
        (prefix / folder).mkdir(parents=True, exist_ok=True)
        (prefix / folder / "planted.ipynb").write_text("{}")
    for folder in ("site-packages", "dist-packages"):
        shutil.copytree(Path(__file__).parent, library / folder / "course_utils")
    return prefix


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy(source, target)


def system(_):
    """Return the prefix of the system's own Python; packages of another version do not fit it."""
    if not Path("/usr/bin", VERSION).exists():
        pytest.skip(f"the system has no {VERSION}")
    return Path("/usr")


PREFIXES = {
    "ours": lambda _: Path(sys.base_prefix),
    "the system's": system,
    "copied": lambda copied: copied,
}
only_root = pytest.mark.skipif(not ROOT_HERE, reason="only root can become somebody else")


@pytest.mark.parametrize("become", [as_ourselves, pytest.param(as_somebody, marks=only_root)])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_walk_over_all_files_finds_no_more_than_python(prefix, become, copied):
    _, found = told_by(become(PREFIXES[prefix](copied)), WALK)
    assert found == NO_MORE


def test_a_walk_finds_no_more_where_the_grader_runs_in_a_virtual_environment():
    assert sys.prefix != sys.base_prefix
    _, found = told_by([sys.executable], WALK)
    assert found == NO_MORE


def test_what_nobody_compiled_is_compiled_once_and_not_in_every_sandbox(tmp_path):
    """Compiling NumPy anew takes longer than to score a submission, and leaves nothing inside."""
    sources = [tmp_path / "numbers" / name for name in ("__init__.py", "core/steps.py")]
    for source in sources:
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("STEP = 1\n")
    compiled = [Path(importlib.util.cache_from_source(str(source))) for source in sources]
    compile_ahead([tmp_path / "numbers", tmp_path / "six.py"])
    written = [file.stat().st_mtime_ns for file in compiled]
    compile_ahead([tmp_path / "numbers"])
    assert [file.stat().st_mtime_ns for file in compiled] == written
