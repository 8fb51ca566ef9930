"""Run trainings here, on several processes or on other machines, and go on after a kill."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .autoencoders import AutoencoderCell, pictures
from .plan import Cell, cells
from .result_file import cell_key, cell_settings, file_name, open_results
from .summaries import summary, table


def computed_by() -> dict[str, str]:
    """Return what computes here: NumPy's version, and the kernel that its BLAS has chosen.

    A BLAS has a kernel for each kind of processor. Kernels add in different orders, so their
    results differ in the last digits, and those of a long training in more than that.

    Returns
    -------
    dict
        ``numpy``, such as "2.4.6", and ``blas``, such as "openblas 0.3.31 Haswell"; only the
        name of a BLAS that does not say which kernel it runs, such as "accelerate".
    """
    from threadpoolctl import threadpool_info

    loaded = [library for library in threadpool_info() if library["user_api"] == "blas"]
    # SciPy's wheels bring a BLAS of their own. NumPy's lies in its folder, or is the only one.
    own = [
        library
        for library in loaded
        if any(part.startswith("numpy") for part in Path(library["filepath"]).parts[-3:-1])
    ]
    if found := own or loaded:
        told = (found[0].get(name) for name in ("internal_api", "version", "architecture"))
        blas = " ".join(filter(None, told))
    else:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    return {"numpy": np.__version__, "blas": blas}


def _run_cell(cell) -> dict:
    """Run a cell with one BLAS thread: more of them are slower on networks of this size."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), np.errstate(all="ignore"):  # a run may diverge: that is a result
        return cell.run() | computed_by()


def run(
    cells: Sequence[Cell],
    out: str | os.PathLike | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int, dict], None] | None = None,
) -> list[dict]:
    """Run cells, those that a file does not hold yet, and return a row for each.

    Parameters
    ----------
    cells : sequence of AutoencoderCell, or of RecurrentCell
        Of one kind, each once.
    out : path, optional
        A CSV file. Every finished cell is appended to it as one line and is on the disk before
        the next begins; cells that are in it already are not run again. An empty file beside it,
        ``.NAME.lock``, keeps a second run out.
    workers : int, optional
        Run on so many processes of this machine (needs ``distributed``).
    scheduler : str, optional
        Run on the workers of a Dask scheduler, such as "tcp://host:8786".
    progress : function (done, total, row), optional
        Called for every finished cell, at once with those that the file held.

    Returns
    -------
    list of dict
        Settings and outcome of every cell, in the order of ``cells``.

    Raises
    ------
    ValueError
        If a cell comes twice, ``workers`` is below 1, both ``workers`` and ``scheduler`` are
        given, or the file holds something else.
    BlockingIOError
        If another process is writing to the file.
    OSError
        If the file cannot be written, or not be locked.
    """
    cells = list(cells)
    if len(set(cells)) != len(cells):
        raise ValueError("expected every cell once, got one twice")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ValueError(f"expected workers as an int of 1 or more, got {workers!r}")
    if workers is not None and scheduler is not None:
        raise ValueError("expected workers or a scheduler, got both")
    rows: dict[Cell, dict] = {}
    with ExitStack() as stack:
        append = None
        if out is not None and cells:
            known, append = stack.enter_context(open_results(Path(out), cells[0]))
            rows = {cell: known[cell_key(cell)] for cell in cells if cell_key(cell) in known}
        for done, row in enumerate(rows.values(), start=1):
            if progress:
                progress(done, len(cells), row)
        left = [cell for cell in cells if cell not in rows]
        if left and (workers or scheduler):
            outcomes = stack.enter_context(_distributed(left, workers, scheduler))
        else:
            outcomes = ((cell, _run_cell(cell)) for cell in left)
        for cell, outcome in outcomes:
            rows[cell] = cell_settings(cell) | outcome
            if append:
                append(rows[cell])
            if progress:
                progress(len(rows), len(cells), rows[cell])
    return [rows[cell] for cell in cells]


@contextmanager
def _distributed(cells, workers, scheduler):
    """Yield an iterator of (cell, outcome) in the order in which they finish."""
    from distributed import Client, LocalCluster, as_completed

    with ExitStack() as stack:
        address = scheduler
        if address is None:
            address = stack.enter_context(
                LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            )
        try:
            client = stack.enter_context(Client(address))
        except OSError as error:  # a timeout is one
            raise ValueError(
                f"expected a Dask scheduler at {address}, got none ({error})"
            ) from None
        futures = {client.submit(_run_cell, cell, pure=False): cell for cell in cells}
        yield ((futures[future], future.result()) for future in as_completed(futures))


def _show(bar: tqdm, done: int, total: int, row: dict) -> None:
    """Move a progress bar on by one finished cell, and show its outcome beside the bar."""
    rule = row["method"] if row["method"] == "SGD" else f"{row['method']} {row['mu_max']:g}"
    outcome = f"{row['error']:.4g} ({row['seconds']:.0f} s)"
    bar.set_postfix_str(f"{rule}, eta {row['eta']:g}, seed {row['seed']}: {outcome}", refresh=False)
    bar.update()


def measure(
    experiment: str,
    scale: str,
    data: str | None,
    folder: str | os.PathLike | None,
    out: str | os.PathLike,
    **where,
) -> Iterator[str]:
    """Run an experiment and yield the lines of its table; a terminal also gets a progress bar.

    Parameters
    ----------
    experiment, scale, data
        As in `cells`.
    folder : path or None
        Where the files of MNIST or the faces lie; workers on other machines have their own
        ``COURSE_DATA``.
    out : path
        The folder that the file of results goes to.
    where
        ``workers`` or ``scheduler``, as in `run`.
    """
    planned = cells(experiment, scale, data)
    if folder is not None:
        os.environ["COURSE_DATA"] = os.path.abspath(folder)
    if isinstance(planned[0], AutoencoderCell):  # so that a lack shows now and not in a worker
        pictures(planned[0].data, int(planned[0].sizes.split("-")[0]))
    path = Path(out) / file_name(experiment, planned[0].data, scale)
    with tqdm(total=len(planned), unit="run", disable=None) as bar:  # None: only on a terminal
        rows = run(planned, path, progress=partial(_show, bar), **where)
    yield from table(summary(rows))
    yield f"every run: {path}"
