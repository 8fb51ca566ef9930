"""What every test may rely on.

- One BLAS thread and matplotlib without a window, decided before NumPy is imported.
- Jupyter's and IPython's folders in a temporary place, here and in every subprocess: no test
  reads or writes what the user has at home.
- Hypothesis without a deadline, and repeatable in CI.
- ``@pytest.mark.posix("why")``: on Windows the test is skipped and says why; so are the grader's.
- ``@pytest.mark.requires("chromium")``: without the program the test is skipped and says what
  would bring it back; with ``COURSE_REQUIRE_ALL=1`` (CI) it fails, so that nothing is skipped in
  silence. The names are those of `course doctor`.
- ``@pytest.mark.nightly``: the test takes long, and `make test` leaves it to `make test-all`. It
  runs with ``--nightly``, and wherever its file is named.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
os.environ["MPLBACKEND"] = "Agg"

# A pytest-xdist worker inherits the folder of the process that started it and must not remove it.
_home = None if "COURSE_TEST_HOME" in os.environ else tempfile.mkdtemp(prefix="course-tests-")
if _home is not None:
    os.environ["COURSE_TEST_HOME"] = _home
for _variable, _folder in {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter-config",
    "JUPYTER_DATA_DIR": "jupyter-data",
    "JUPYTER_RUNTIME_DIR": "jupyter-runtime",
    "JUPYTERLAB_SETTINGS_DIR": "lab-settings",
    "JUPYTERLAB_WORKSPACES_DIR": "lab-workspaces",
    "COURSE_ROOT": "course-root",
}.items():
    _path = Path(os.environ["COURSE_TEST_HOME"], _folder)
    _path.mkdir(exist_ok=True)
    os.environ[_variable] = str(_path)
for _variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
    os.environ.pop(_variable, None)
os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # the newer layout; unset, jupyter_core warns

settings.register_profile(
    "course",
    deadline=None,
    derandomize=bool(os.environ.get("CI") or os.environ.get("COURSE_REQUIRE_ALL")),
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # two shared cores
)
settings.load_profile("course")


def pytest_addoption(parser):
    parser.addoption(
        "--nightly", action="store_true", help="run the long tests, too, as `make test-all` does"
    )


def pytest_report_header(config):
    if not config.getoption("nightly"):
        return "nightly tests are left out, except in files that are named: --nightly runs all"
    return "nightly tests are run, too"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "requires(program): needs an optional program, by its name in `course doctor`"
    )
    config.addinivalue_line("markers", "posix(reason): cannot run on Windows, and why")


def pytest_unconfigure():
    if _home is not None:
        shutil.rmtree(_home, ignore_errors=True)


# The modules that take a minute or more begin first, so that all workers end at about one time.
LONG = (
    *("test_reading_copy", "test_notebooks", "test_orderings", "test_day_after", "test_nbgrader"),
    *("test_widgets", "test_decks", "test_attacks", "test_bundle", "test_faults", "test_lab_page"),
    *("test_without_posix", "test_processors", "test_scores", "test_lab", "test_guides"),
)


def pytest_collection_modifyitems(config, items):
    _leave_out_nightly(config, items)
    ranks = {module: rank for rank, module in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONG)))
    for item in items:
        if {"grading", "hostile"} & set(item.path.parts):
            item.add_marker(pytest.mark.posix("the grader is for Linux; elsewhere, a container"))


def _leave_out_nightly(config, items):
    if config.getoption("nightly"):
        return
    folder = config.invocation_params.dir
    named = {(folder / argument.partition("::")[0]).resolve() for argument in config.args}
    kept, left_out = [], []
    for item in items:
        waits = item.get_closest_marker("nightly") and item.path not in named
        (left_out if waits else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_runtest_setup(item):
    for mark in item.iter_markers("posix"):
        if os.name == "nt":
            pytest.skip(mark.args[0])
    for mark in item.iter_markers("requires"):
        from course_utils.app.doctor import OPTIONAL  # only here: most tests do without

        for name in mark.args:
            missing = OPTIONAL[name].missing()
            if missing:
                _cannot_run(missing)


def _cannot_run(reason):
    if os.environ.get("COURSE_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (COURSE_REQUIRE_ALL=1 allows no skipping)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cannot_run():
    """Return what a test calls, with a sentence, if it finds out late that it lacks something."""
    return _cannot_run
