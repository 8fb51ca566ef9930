"""Run the orderings and the lessons' promised outputs with every kernel: `make test-processors`.

OpenBLAS has a kernel for each kind of processor, and NumPy's own loops have variants as well.
They add in different orders, so a training ends with other digits. What the course promises has
to hold with all of them. Each *way* to compute is an environment for child processes:

- `WAYS`: six kernels of OpenBLAS, and NumPy with its own variants switched off.
- `probe`: computes a little in a child and returns what really ran there, or why it cannot.
  OpenBLAS runs another kernel where its build lacks the one that was named, and says nothing;
  and it runs a kernel whose instructions the processor lacks, until one of them kills it.
- `promised`: a lesson cut down to the cells with promised outputs and what these need. Its last
  cell promises the kernel that was probed, so that none can be replaced unseen.
- `main`: two ways at a time, then a table: what ran, what passed, and what was skipped and why.
"""

import argparse
import ast
import json
import os
import signal
import subprocess
import symtable
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import nbformat

from course_utils.staff.authoring.lint import PROMISE, promises
from support import ROOT

SOURCES = sorted((ROOT / "solutions").glob("[!.]*/*.ipynb"))
ORDERINGS = ROOT / "tests" / "test_orderings.py"
HOUR = 3600


class CannotRunError(Exception):
    """This processor, or this build of NumPy, has no such way to compute."""


@dataclass(frozen=True)
class Way:
    """One way to compute: its name, the kernels that count as it, and whether NumPy dispatches.

    Without kernels it is the one that OpenBLAS chooses itself.
    """

    name: str
    kernels: tuple[str, ...] = ()
    dispatch: bool = True

    def environment(self, off: Sequence[str] = ()) -> dict[str, str]:
        """Return the environment of its children; ``off`` are the variants of NumPy to leave."""
        left_out = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES")
        found = {name: value for name, value in os.environ.items() if name not in left_out}
        found |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
        if self.kernels:
            found["OPENBLAS_CORETYPE"] = self.name
        if off:
            found["NPY_DISABLE_CPU_FEATURES"] = " ".join(off)
        return found


WAYS = (
    # OpenBLAS calls a kernel by the first name that shares it: Katmai's is Prescott's.
    Way("Prescott", ("Prescott", "Katmai")),
    Way("Nehalem", ("Nehalem",)),
    Way("Sandybridge", ("Sandybridge",)),
    Way("Haswell", ("Haswell",)),
    Way("Zen", ("Zen",)),
    Way("SkylakeX", ("SkylakeX",)),
    Way("no-dispatch", dispatch=False),
)

PROBE = """
import json
import numpy as np
from numpy._core import _multiarray_umath as built
from course_utils.experiments import computed_by

for kind in (np.float32, np.float64):
    for size in (3, 200):  # a kernel may have its own code for small matrices
        a = np.random.default_rng(0).normal(size=(size, size)).astype(kind)
        a @ a, a @ a[0], a[0] @ a[0], a.T @ a, np.linalg.eigvals(a), np.tanh(a), np.exp(a)
variants = [name for name in built.__cpu_dispatch__ if built.__cpu_features__[name]]
print(json.dumps(computed_by() | {"variants": variants}))
"""


def compute(environment: dict[str, str]) -> dict:
    """Compute a little in a child process; return what `computed_by` and NumPy say of it.

    Raises
    ------
    CannotRunError
        If an instruction killed it that the processor does not have.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, timeout=HOUR
    )
    if done.returncode == -signal.SIGILL:
        raise CannotRunError("the processor lacks its instructions")
    if done.returncode:
        raise RuntimeError(f"expected a child to compute, it ended so:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def probe(way: Way) -> tuple[dict[str, str], str]:
    """Return the environment for a way, and what computes in it.

    Raises
    ------
    CannotRunError
        If something else computes there, or nothing can.
    """
    found = compute(way.environment())
    if not way.dispatch:
        if not found["variants"]:
            raise CannotRunError("NumPy has no variants for this processor")
        environment = way.environment(off=found["variants"])
        found = compute(environment)
        if found["variants"]:
            raise CannotRunError(f"NumPy runs {', '.join(found['variants'])} all the same")
        return environment, found["blas"]
    ran = found["blas"].split()[-1]
    if not found["blas"].startswith("openblas"):
        raise CannotRunError(f"NumPy computes with {found['blas']}, not with OpenBLAS")
    if ran not in way.kernels:
        raise CannotRunError(f"this OpenBLAS runs {ran} in its place")
    return way.environment(), found["blas"]


# --- what a promise needs ------------------------------------------------------------------------


def _names(statement: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """Return which global names a statement binds, which it refers to, and which it changes."""
    table = symtable.symtable(ast.unparse(statement), "cell", "exec")
    symbols = table.get_symbols()
    bound = {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}
    used = {one.get_name() for one in symbols if one.is_referenced()}
    scopes = list(table.get_children())
    for scope in scopes:  # grows while it is read: a function inside a function
        scopes += scope.get_children()
        used |= {one.get_name() for one in scope.get_symbols() if one.is_global()}
    changed = {
        node.value.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript | ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
    }
    return bound, used, changed & used


def needs(source: str) -> tuple[set[str], set[str]]:
    """Return which global names a cell binds or changes, and which it takes from cells before."""
    given, taken = set(), set()
    for statement in ast.parse(source).body:
        bound, used, changed = _names(statement)
        # ``a = a + 1`` reads the old value first; a loop binds its names before its body.
        if isinstance(statement, ast.AugAssign):
            taken |= (used | bound) - given
        elif isinstance(statement, ast.Assign):
            taken |= used - given
        else:
            taken |= used - bound - given
        given |= bound | changed
    return given, taken


def promised(notebook, blas: str):
    """Return the notebook with the cells that promise, those they need, and the kernel's name.

    A cell is needed if it binds or changes a name that is used further down. What this misses
    shows at once: a name is not there, or a promised output is another.
    """
    kept, needed = [], set()
    for cell in reversed(notebook.cells):
        if cell.cell_type != "code":
            continue
        given, taken = needs(cell.source)
        if promises(cell) or needed & given:
            kept.append(cell)
            needed = needed - given | taken
    kernel = nbformat.v4.new_code_cell(
        f"{PROMISE}\nfrom course_utils import experiments\n\n"
        "print(experiments.computed_by()['blas'])",
        outputs=[nbformat.v4.new_output("stream", name="stdout", text=f"{blas}\n")],
        execution_count=1,  # nbval compares only what was run
    )
    return nbformat.v4.new_notebook(metadata=notebook.metadata, cells=[*kept[::-1], kernel])


# --- running -------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of one way: what ran, the counts of orderings and cells, or why it was skipped."""

    way: Way
    blas: str = ""
    found: list[str] = field(default_factory=list)
    skipped: str = ""
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def pytest(
    arguments: Sequence[object], environment: dict[str, str], folder: Path
) -> tuple[str, str]:
    """Run pytest in a child; return the counts in words, and the end of its report if it failed."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            *[f"--junitxml={report}", *map(str, arguments)],
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HOUR,
    )
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if report.is_file():
        (suite,) = ElementTree.parse(report).getroot().iter("testsuite")
        counts = {name: int(suite.get(name)) for name in counts}
    failed, left = counts["failures"] + counts["errors"], counts["skipped"]
    told = f"{counts['tests'] - failed - left} passed"
    told += f", {left} skipped" if left else ""
    told += f", {failed} failed" if failed else ""
    if done.returncode and not failed:
        told = f"ended with {done.returncode}"
    return told, done.stdout[-4000:] + done.stderr[-1000:] if done.returncode else ""


def check(way: Way) -> Outcome:
    """Run everything in one way."""
    start = time.monotonic()
    try:
        environment, blas = probe(way)
    except CannotRunError as reason:
        return Outcome(way, skipped=str(reason))
    outcome = Outcome(way, blas)
    with TemporaryDirectory(prefix="course-processors-") as place:
        folder = Path(place)
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            environment[name] = str(folder / name.lower())
        environment["JUPYTER_PLATFORM_DIRS"] = "1"  # the newer layout; unset, jupyter_core warns
        lessons = []
        for source in SOURCES:
            lessons.append(folder / source.name)
            nbformat.write(promised(nbformat.read(source, as_version=4), blas), lessons[-1])
        # The lessons go without the settings of our own tests, and slow machines take their time.
        alone = ["-c", os.devnull, "--rootdir", place, "--nbval-cell-timeout=900"]
        for arguments in ([ORDERINGS], [*alone, "--nbval-lax", *lessons]):
            told, failure = pytest(arguments, environment, folder)
            outcome.found.append(told)
            outcome.failures += [failure] if failure else []
    outcome.seconds = time.monotonic() - start
    return outcome


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table, one way a line."""
    row = "{:<13}{:<34}{:<20}{:<20}{:>8}".format
    yield row("kernel", "ran", "orderings", "lessons' cells", "seconds")
    for one in outcomes:
        if one.skipped:
            yield f"{one.way.name:<13}skipped: {one.skipped}"
        else:
            yield row(one.way.name, one.blas, *one.found, f"{one.seconds:.0f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the ways that are named, all by default; return 1 if one failed or none could run."""
    names = [way.name for way in WAYS]
    parser = argparse.ArgumentParser(
        prog="make test-processors", description=__doc__.split("\n")[0]
    )
    parser.add_argument("way", nargs="*", help=f"some of {', '.join(names)}; all by default")
    parser.add_argument("--jobs", type=int, default=2, help="ways at a time (2)")
    wanted = parser.parse_args(arguments)
    if unknown := set(wanted.way) - set(names):
        parser.error(f"expected ways among {', '.join(names)}, got {', '.join(sorted(unknown))}")
    if wanted.jobs < 1:
        parser.error(f"expected 1 job or more, got {wanted.jobs}")
    ways = [way for way in WAYS if not wanted.way or way.name in wanted.way]
    with ThreadPoolExecutor(wanted.jobs) as pool:
        outcomes = list(pool.map(check, ways))
    for one in outcomes:
        for failure in one.failures:
            print(f"--- {one.way.name} ---\n{failure}")
    print(*table(outcomes), sep="\n")
    ran = [one for one in outcomes if not one.skipped]
    if not ran:
        print("expected at least one way to compute that can run here, found none")
    return int(not ran or any(one.failures for one in ran))


if __name__ == "__main__":
    sys.exit(main())
