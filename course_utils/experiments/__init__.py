r"""Sutskever et al. (2013) in small and in full: Table 1, Table 2 and the recurrent networks.

A *cell* is one run with all its settings, seed and learning rate included; cells know nothing of
each other, so they may run anywhere in any order::

    rows = run(cells("table1", "live", "digits"))
    for column in summary(rows):
        print(column["method"], column["mu_max"], column["eta"], column["mean"], column["std"])

- `AutoencoderCell`, `RecurrentCell`: settings, and ``run()``.
- `cells`: which cells make an experiment, at the scales ``live`` (at most a minute), ``lesson``
  (at most five on two cores) and ``paper`` (as large as the paper's: days).
- `run`: one after the other, or on several processes or machines with ``distributed``, which is
  imported only then. With a file, every finished cell is one line that outlives a power cut, and
  a run that was killed goes on where it was.
- `computed_by`: NumPy's version and the BLAS kernel, which every row holds: another kernel gives
  other numbers.
- `read`, `results`: rows from a file, and those that come with the course.
- `summary`: per column of a table the learning rate that did best on average.
- `PAPER_TABLE1`, `PAPER_OTHERS`, `PAPER_TABLE2`: what the paper says.

What differs from the paper at the small scales is the width of the networks, the number of
updates, and with it the period of the momentum's staircase: 250 updates would leave every limit
above 0.9 out of reach.
"""

import csv
import io
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .. import datasets
from ..initializers import INITIALIZERS, RECURRENT_SCALES
from ..locks import alone
from ..networks import Autoencoder, RecurrentNetwork, minibatches, train
from ..optimizers import NAG, ClassicalMomentum
from ..schedules import FinalMomentum, StaircaseMomentum, SwitchMomentum

__all__ = [
    "EXPERIMENTS",
    "PAPER_OTHERS",
    "PAPER_TABLE1",
    "PAPER_TABLE2",
    "SCALES",
    "AutoencoderCell",
    "RecurrentCell",
    "cells",
    "computed_by",
    "pictures",
    "read",
    "results",
    "run",
    "summary",
]

SCALES = ("live", "lesson", "paper")

_COLUMNS = [("SGD", 0.0)] + [(m, mu) for m in ("NAG", "CM") for mu in (0.9, 0.99, 0.995, 0.999)]

#: Table 1 of the paper: training squared error by (method, largest momentum).
PAPER_TABLE1 = {
    data: dict(zip(_COLUMNS, errors, strict=True))
    for data, errors in {
        "curves": (0.48, 0.16, 0.096, 0.091, 0.074, 0.15, 0.10, 0.10, 0.10),
        "mnist": (2.1, 1.0, 0.73, 0.75, 0.80, 1.0, 0.77, 0.84, 0.90),
        "faces": (36.4, 14.2, 8.5, 7.8, 7.7, 15.3, 8.7, 8.3, 9.3),
    }.items()
}

#: Its last three columns, other people's results, which nothing here reproduces.
PAPER_OTHERS = {
    "curves": {"SGD_C": 0.16, "HF†": 0.058, "HF*": 0.11},
    "mnist": {"SGD_C": 0.9, "HF†": 0.69, "HF*": 1.40},
    "faces": {"SGD_C": math.nan, "HF†": 7.5, "HF*": 12.0},
}

#: Table 2: error (before, after) the momentum is lowered to 0.9 for the last 1000 updates.
PAPER_TABLE2 = {"curves": (0.096, 0.074), "mnist": (1.20, 0.73), "faces": (10.83, 7.7)}

_RULES = {"SGD": ClassicalMomentum, "CM": ClassicalMomentum, "NAG": NAG}

# A sparse run that a momentum near 1 has driven back to the mean picture at two looks in a row is
# given up: saturated float32 units are slow as well as hopeless. Less momentum, and networks that
# start with hardly any signal, may be there only because they begin slowly: never given up.
_FIRST_LOOK, _LOOK_EVERY, _HOPELESS = 500, 250, 0.95


@lru_cache(maxsize=4)
def pictures(data: str, pixels: int) -> np.ndarray:
    """Return the training pictures of an autoencoder, float32 (n, pixels), shrunk to that size.

    Parameters
    ----------
    data : {"curves", "digits", "mnist", "faces"}
        20 000 curves, scikit-learn's 1797 digits, what there is of MNIST, 400 Olivetti faces.
    pixels : int
        The square of an edge that divides the originals' (8 for digits, 28 for MNIST, 64 for
        faces); curves are drawn at any.

    Raises
    ------
    FileNotFoundError
        If the files of MNIST or the faces are not there.
    ValueError
        If ``data`` is unknown, or there is no such size of it.
    """
    edge = math.isqrt(pixels)
    if edge**2 != pixels:
        raise ValueError(f"expected pixels to be a square, got {pixels}")
    if data == "curves":
        return datasets.curves(20_000, edge, np.random.default_rng(0))
    if data == "digits":
        train_images, _, test_images, _ = datasets.digits()
        originals = np.vstack([train_images, test_images])
    elif data in ("mnist", "faces"):
        originals = getattr(datasets, data)()
    else:
        raise ValueError(f"expected data among {', '.join(_SIZES)}, got {data!r}")
    full = math.isqrt(originals.shape[1])
    if full % edge:
        raise ValueError(f"expected an edge that divides {full} for {data}, got {edge}")
    return datasets.shrink(originals, full // edge).astype(np.float32)


def _outcome(error, baseline, status, done, start):
    return {
        "error": float(error),
        "baseline": float(baseline),
        "status": status,
        "done": done,
        "seconds": round(time.process_time() - start, 2),
    }


@dataclass(frozen=True)
class AutoencoderCell:
    r"""One training of a deep autoencoder.

    Minibatches and starting weights come from the seed alone, so that runs of one seed are
    pairs: they start from the same weights and see the same pictures in the same order.

    Parameters
    ----------
    experiment, scale : str
        What the cell belongs to.
    data : str
        See `pictures`.
    method : {"SGD", "CM", "NAG"}
    mu_max : float in [0, 1]
        Where the momentum's staircase ends; 0 for SGD.
    eta : float
        Learning rate.
    seed : int
    sizes : str
        "64-48-24-12-6": from the pixels to the code.
    updates, batch, period : int
        Updates of the run, pictures in a minibatch, updates a stair lasts.
    initialization : {"sparse", "dense", "glorot"}
    last : int
        How many updates at the end have a momentum of at most 0.9.
    """

    experiment: str
    scale: str
    data: str
    method: str
    mu_max: float
    eta: float
    seed: int
    sizes: str
    updates: int
    batch: int
    period: int
    initialization: str = "sparse"
    last: int = 0

    def run(self) -> dict:
        """Train, and return error, baseline (of the mean picture), status, done and seconds.

        The error is the squared error over all training pictures, summed over pixels; status is
        "trained", "stopped" (given up as hopeless) or "diverged" (not finite).
        """
        start = time.process_time()
        sizes = tuple(map(int, self.sizes.split("-")))
        x, network = pictures(self.data, sizes[0]), Autoencoder(sizes)
        rng = np.random.default_rng(self.seed)
        params = network.init(rng, INITIALIZERS[self.initialization], np.float32)
        momentum = FinalMomentum(
            StaircaseMomentum(self.mu_max, self.period), self.updates, self.last
        )
        rule = _RULES[self.method]
        sample = x[:1000]
        limit = _HOPELESS * _spread(sample)
        patient = self.mu_max < 0.99 or self.initialization != "sparse"
        done, above, status = 0, 0, "trained"
        for t, now in train(
            network,
            params,
            minibatches(x, None, self.batch, rng),
            lambda t: rule(self.eta, momentum(t)),
            self.updates,
            _LOOK_EVERY,
        ):
            done, params = t, now
            error = network.error(params, sample)
            if not math.isfinite(error):
                status = "diverged"
                break
            if patient or t < _FIRST_LOOK:
                continue
            above = above + 1 if error > limit else 0
            if above == 2:
                status = "stopped"
                break
        return _outcome(network.error(params, x), _spread(x), status, done, start)


def _spread(x):
    """Return the squared error of answering with the mean."""
    return np.var(x, axis=0, dtype=np.float64).sum()


@dataclass(frozen=True)
class RecurrentCell:
    r"""One training of a recurrent network on sequences that are drawn afresh at every update.

    Parameters
    ----------
    experiment, scale : str
        What the cell belongs to.
    data : {"addition", "multiplication", "memorization-5", "memorization-20"}
    method : {"SGD", "CM", "NAG"}
    mu_max : float in [0, 1]
        The momentum after the first updates, which have 0.9 whatever the method; 0 for SGD.
    eta : float
        Learning rate.
    seed : int
    hidden, length, updates, batch, first : int
        Hidden units, steps of a sequence (for memorization: of the wait), updates of the run,
        sequences in a minibatch, updates before the momentum changes.
    radius, input_scale : float
        Spectral radius and spread of the weights from the input at the start.
    """

    experiment: str
    scale: str
    data: str
    method: str
    mu_max: float
    eta: float
    seed: int
    hidden: int
    length: int
    updates: int
    batch: int
    first: int
    radius: float = 1.1
    input_scale: float = 0.1

    def run(self) -> dict:
        """Train, and return error, baseline (of the mean answer), status, done and seconds.

        The error is the mean squared error on 1000 sequences that training never sees; status
        is "trained", or "diverged" where it is not finite or ten times the baseline.
        """
        start = time.process_time()
        rng = np.random.default_rng(self.seed)
        x, targets = self.draw(1000, rng)
        network = RecurrentNetwork(x.shape[2], self.hidden, targets.shape[2])
        scales = RECURRENT_SCALES[self.data] | {
            "radius": self.radius,
            "input_scale": self.input_scale,
        }
        params = network.init(rng, targets, dtype=np.float32, **scales)
        momentum = SwitchMomentum(self.mu_max, self.first)
        rule, done, status = _RULES[self.method], 0, "trained"
        batches = (self.draw(self.batch, rng) for _ in range(self.updates))
        for t, now in train(
            network,
            params,
            batches,
            lambda t: rule(self.eta, momentum(t)),
            self.updates,
            _LOOK_EVERY,
        ):
            done, params = t, now
            if not np.isfinite(params).all():
                status = "diverged"
                break
        mean = (np.square(targets - targets.mean(axis=(0, 1)))).mean()
        error = network.error(params, x, targets)
        if not error <= 10 * mean:  # whether the numbers ran over in time is chance
            status = "diverged"
        return _outcome(error, mean, status, done, start)

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return ``count`` sequences and their targets."""
        if self.data in ("addition", "multiplication"):
            return getattr(datasets, self.data)(count, self.length, rng)
        symbols, alphabet = {"memorization-5": (5, 2), "memorization-20": (10, 5)}[self.data]
        return datasets.memorization(count, self.length, rng, symbols, alphabet)


Cell = AutoencoderCell | RecurrentCell

# Networks for the two small scales, and the paper's (its faces are patches of 25×25 pixels).
_SIZES = {
    "curves": ("196-100-50-25-6", "784-400-200-100-50-25-6"),
    "digits": ("64-48-24-12-6", "64-48-24-12-6"),
    "mnist": ("196-100-50-25-12", "784-1000-500-250-30"),
    "faces": ("256-100-50-25-12", "1024-2000-1000-500-30"),
}
_TASKS = ("addition", "multiplication", "memorization-5", "memorization-20")

#: Experiments, and the data that each is made for, the default first.
EXPERIMENTS = {
    "table1": ("digits", "curves", "mnist", "faces"),
    "table2": ("digits", "curves", "mnist", "faces"),
    "rnn": _TASKS,
}

# Learning rates by largest momentum: the one that is used live, and those the lesson tries.
_LIVE_RATES = {
    ("SGD", 0.0): 0.4,
    ("NAG", 0.9): 0.1,
    ("CM", 0.9): 0.1,
    ("NAG", 0.99): 0.03,
    ("CM", 0.99): 0.01,
    ("NAG", 0.995): 0.03,
    ("CM", 0.995): 0.01,
    ("NAG", 0.999): 0.03,
    ("CM", 0.999): 0.003,
}
_LESSON_RATES = {
    0.0: (0.2, 0.3, 0.4),
    0.9: (0.03, 0.1),
    0.99: (0.01, 0.03),
    0.995: (0.01, 0.03),
    0.999: (0.003, 0.01, 0.03),
}
_PAPER_RATES = (0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)


def cells(experiment: str, scale: str = "live", data: str | None = None) -> list[Cell]:
    """Return the cells of an experiment.

    Parameters
    ----------
    experiment : {"table1", "table2", "rnn"}
        Momentum and initialization of autoencoders; the same with and without a final phase of
        low momentum; recurrent networks, by momentum and by spectral radius.
    scale : {"live", "lesson", "paper"}
    data : str, optional
        "digits", "curves", "mnist" or "faces"; for "rnn" "addition", "multiplication",
        "memorization-5" or "memorization-20". By default the first.

    Returns
    -------
    list of AutoencoderCell or RecurrentCell

    Raises
    ------
    ValueError
        If one of the three is unknown.
    """
    if experiment not in EXPERIMENTS:
        raise ValueError(f"expected an experiment among {_listed(EXPERIMENTS)}, got {experiment!r}")
    if scale not in SCALES:
        raise ValueError(f"expected a scale among {_listed(SCALES)}, got {scale!r}")
    known = EXPERIMENTS[experiment]
    data = known[0] if data is None else data
    if data not in known:
        raise ValueError(f"expected data for {experiment} among {_listed(known)}, got {data!r}")
    return {"table1": _table1, "table2": _table2, "rnn": _rnn}[experiment](scale, data)


def _listed(names):
    return ", ".join(names)


def _autoencoder(experiment, scale, data):
    """Return a cell with the settings that all of a scale share, and the seeds."""
    small = scale != "paper"
    settings = {
        "live": {"updates": 2500, "period": 3, "batch": 100},
        "lesson": {"updates": 5000, "period": 5, "batch": 200},
        "paper": {"updates": 750_000, "period": 250, "batch": 200},
    }[scale]
    if scale == "lesson" and data == "digits":  # few and small pictures: there is time for more
        settings = {"updates": 10_000, "period": 15, "batch": 100}
    cell = AutoencoderCell(
        experiment, scale, data, "SGD", 0.0, 0.1, 0, _SIZES[data][0 if small else 1], **settings
    )
    seeds = {"live": 3 if data == "digits" else 1, "lesson": 3, "paper": 1}[scale]
    return cell, range(seeds)


def _rates(scale, method, mu_max):
    if scale == "live":
        return (_LIVE_RATES[method, mu_max],)
    return _LESSON_RATES[mu_max] if scale == "lesson" else _PAPER_RATES


def _table1(scale, data):
    cell, seeds = _autoencoder("table1", scale, data)
    found = [
        replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed)
        for method, mu_max in _COLUMNS
        for eta, seed in product(_rates(scale, method, mu_max), seeds)
    ]
    # What the other initializations make of a momentum that trains the sparse one, and of none.
    for initialization, (method, mu_max) in (
        ("dense", ("NAG", 0.99)),
        ("glorot", ("NAG", 0.99)),
        ("glorot", ("SGD", 0.0)),
    ):
        found += [
            replace(
                cell,
                method=method,
                mu_max=mu_max,
                eta=eta,
                seed=seed,
                initialization=initialization,
            )
            for eta, seed in product(_rates(scale, method, mu_max), seeds)
        ]
    return found


def _table2(scale, data):
    cell, seeds = _autoencoder("table2", scale, data)
    lowered = 500 if scale == "live" else 1000
    return [
        replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed, last=last)
        for method, mu_max in _COLUMNS
        if mu_max >= 0.99
        for eta, seed, last in product(_rates(scale, method, mu_max), seeds, (0, lowered))
    ]


def _rnn(scale, data):
    cell = RecurrentCell(
        "rnn", scale, data, "NAG", 0.98, 0.01, 0, hidden=100, length=30, updates=3000, batch=50,
        first=300,
    )  # fmt: skip
    columns = [("SGD", 0.0)] + [(m, mu) for m in ("CM", "NAG") for mu in (0.9, 0.98, 0.995)]
    if scale == "paper":
        cell = replace(cell, length=80, updates=50_000, batch=100, first=1000)
        cell = replace(cell, input_scale=RECURRENT_SCALES[data]["input_scale"])
        rates, seeds, radii = dict.fromkeys(columns, (1e-3, 1e-4, 1e-5, 1e-6)), range(4), ()
    else:
        best = {0.0: 0.03, 0.9: 0.03, 0.98: 0.01, 0.995: 0.01}
        more = {0.0: (0.01, 0.03), 0.9: (0.01, 0.03), 0.98: (0.01, 0.03), 0.995: (0.003, 0.01)}
        live = scale == "live"
        rates = {(m, mu): (best[mu],) if live else more[mu] for m, mu in columns}
        seeds = range(1 if live else 3)
        radii = (0.5, 2.0) if live else (0.3, 0.8, 1.5, 2.0, 3.0)
    found = [
        replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed)
        for method, mu_max in columns
        for eta, seed in product(rates[method, mu_max], seeds)
    ]
    return found + [replace(cell, radius=r, seed=seed) for r, seed in product(radii, seeds)]


# --- running ---------------------------------------------------------------------------------

_COMPUTED_BY = ("numpy", "blas")
_OUTCOME = ("error", "baseline", "status", "done", "seconds", *_COMPUTED_BY)

#: What stands in rows from before it was recorded what computed them.
NOT_RECORDED = "not recorded"


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
    from threadpoolctl import threadpool_info  # comes with scikit-learn

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


def _settings(cell) -> dict:
    return asdict(cell)


def _run_cell(cell) -> dict:
    """Run a cell with one BLAS thread: more of them are slower on networks of this size."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

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
            known, append = stack.enter_context(_ledger(Path(out), cells[0]))
            rows = {cell: known[_key(cell)] for cell in cells if _key(cell) in known}
        for done, row in enumerate(rows.values(), start=1):
            if progress:
                progress(done, len(cells), row)
        left = [cell for cell in cells if cell not in rows]
        if left and (workers or scheduler):
            outcomes = stack.enter_context(_distributed(left, workers, scheduler))
        else:
            outcomes = ((cell, _run_cell(cell)) for cell in left)
        for cell, outcome in outcomes:
            rows[cell] = _settings(cell) | outcome
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


def _text(value) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _key(cell) -> tuple[str, ...]:
    return tuple(map(_text, _settings(cell).values()))


def _line(values) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


@contextmanager
def _ledger(path, cell):
    """Open the file of results; yield the rows it holds, by key, and the function that appends.

    A line that a killed process left half written has no newline: it is cut off, and its cell
    runs again. A line that has one is whole and on the disk, and its cell does not.
    """
    header = [*_settings(cell), *_OUTCOME]
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = path.with_name(f".{path.name}.lock")
        stack.enter_context(alone(lock, partial(_refuse, path)))
        _widen(path, header)
        file = stack.enter_context(open(path, "a+b"))
        file.seek(0)
        content = file.read()
        size, lines = _whole_lines(content, path)
        killed_at_once = not lines and _line(header).encode().startswith(content)
        if not killed_at_once and lines[:1] != [header]:
            raise ValueError(f"expected a file of results with columns {_listed(header)} in {path}")
        if size < len(content):
            file.truncate(size)

        def write(values):
            file.write(_line(values).encode())
            file.flush()
            os.fsync(file.fileno())

        if not lines:
            write(header)
        settings = len(header) - len(_OUTCOME)
        yield (
            {
                tuple(line[:settings]): dict(zip(header, map(_value, line), strict=True))
                for line in lines[1:]
            },
            lambda row: write(_text(row[name]) for name in header),
        )


def _widen(path, header):
    """Give a file that is older than the columns of `computed_by` these columns.

    The wider file takes the old one's place whole, so that a kill leaves one of the two.
    """
    if not path.is_file():
        return
    with open(path, "rb") as file:
        if file.readline() != _line(header[: -len(_COMPUTED_BY)]).encode():
            return
        rows = file.readlines()
    whole = [row.decode() for row in rows if row.endswith(b"\n")]
    missing = [NOT_RECORDED] * len(_COMPUTED_BY)
    wider = path.with_name(f"{path.name}.new")
    with open(wider, "wb") as file:
        lines = [header, *([*values, *missing] for values in csv.reader(whole))]
        file.write("".join(map(_line, lines)).encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(wider, path)


def _whole_lines(content, path):
    """Return how many bytes of a file of results are whole lines, and what stands in them."""
    whole = content[: content.rfind(b"\n") + 1]
    try:
        lines = list(csv.reader(io.StringIO(whole.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(
            f"expected a file of results in {path}, got something else ({error})"
        ) from None
    for number, line in enumerate(lines, 1):
        if len(line) != len(lines[0]):
            raise ValueError(
                f"expected {len(lines[0])} values in line {number} of {path}, got {len(line)}"
            )
    return len(whole), lines


def _refuse(path):
    raise BlockingIOError(f"expected to be alone, but a run is writing to {path}")


def _value(text: str):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def read(path: str | os.PathLike) -> list[dict]:
    """Return the rows of a file of results, numbers as numbers.

    A line that is only half written, by a run that goes on or was killed, is no row yet.

    Parameters
    ----------
    path : path
        What `run` wrote.

    Returns
    -------
    list of dict
        What computed a row is "not recorded" if the file is from before it was.

    Raises
    ------
    ValueError
        If the file holds something else.
    """
    unknown = dict.fromkeys(_COMPUTED_BY, NOT_RECORDED)
    _, lines = _whole_lines(Path(path).read_bytes(), path)
    return [unknown | dict(zip(lines[0], map(_value, line), strict=True)) for line in lines[1:]]


_RESULTS = Path(__file__).parent / "results"


def file_name(experiment: str, data: str, scale: str) -> str:
    """Return the name of the file that holds an experiment's results."""
    return f"{experiment}-{data}-{scale}.csv"


def results(experiment: str, data: str, scale: str = "lesson") -> list[dict]:
    """Return the rows that come with the course, measured once and kept.

    Parameters
    ----------
    experiment, data, scale : str
        As in `cells`.

    Returns
    -------
    list of dict

    Raises
    ------
    FileNotFoundError
        If they were never measured; the sentence names those that were.
    """
    path = _RESULTS / file_name(experiment, data, scale)
    if not path.is_file():
        kept = _listed(sorted(file.stem for file in _RESULTS.glob("*.csv")))
        raise FileNotFoundError(f"expected one of the results {kept}, got {path.stem}")
    return read(path)


_COLUMN = ("method", "mu_max", "initialization", "last", "radius")


def summary(rows: Iterable[dict]) -> list[dict]:
    """Return for every column of a table the learning rate with the lowest mean error.

    Parameters
    ----------
    rows : iterable of dict
        Of one experiment, as `run`, `read` and `results` return them.

    Returns
    -------
    list of dict
        In the order of the rows: method, mu_max; initialization and last, or radius; eta; mean
        and std of the error over the seeds (inf, nan if one diverged), seeds, dead (how many of
        them were given up or diverged), baseline.
    """
    groups: dict[tuple, dict[float, list[dict]]] = {}
    for row in rows:
        column = tuple((name, row[name]) for name in _COLUMN if name in row)
        groups.setdefault(column, {}).setdefault(row["eta"], []).append(row)
    found = []
    for column, by_rate in groups.items():
        candidates = [_average(eta, runs) for eta, runs in by_rate.items()]
        found.append(dict(column) | min(candidates, key=lambda one: one["mean"]))
    return found


def _average(eta, runs):
    errors = [row["error"] if math.isfinite(row["error"]) else math.inf for row in runs]
    finite = math.inf not in errors
    return {
        "eta": eta,
        "mean": float(np.mean(errors)) if finite else math.inf,
        "std": float(np.std(errors)) if finite else math.nan,
        "seeds": len(runs),
        "dead": sum(row["status"] != "trained" for row in runs),
        "baseline": runs[0]["baseline"],
    }


def table(columns: Iterable[dict]) -> Iterator[str]:
    """Yield the lines of a table, for a terminal, of what `summary` returns."""
    yield f"{'':<32}{'eta':>8}{'mean':>12}{'std':>12}  seeds"
    for one in columns:
        name = [one["method"], f"{one['mu_max']:g}"] if one["method"] != "SGD" else ["SGD"]
        name += [one["initialization"]] if "initialization" in one else []
        name += [f"last {one['last']} at 0.9"] if one.get("last") else []
        name += [f"radius {one['radius']:g}"] if "radius" in one else []
        dead = f", {one['dead']} given up or diverged" if one["dead"] else ""
        yield (
            f"{' '.join(name):<32}{one['eta']:>8g}{one['mean']:>12.5g}{one['std']:>12.3g}"
            f"  {one['seeds']}{dead}"
        )


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
    wanted = cells(experiment, scale, data)
    if folder is not None:
        os.environ["COURSE_DATA"] = os.path.abspath(folder)
    if isinstance(wanted[0], AutoencoderCell):  # so that a lack shows now and not in a worker
        pictures(wanted[0].data, int(wanted[0].sizes.split("-")[0]))
    path = Path(out) / file_name(experiment, wanted[0].data, scale)
    with tqdm(total=len(wanted), unit="run", disable=None) as bar:  # None: only on a terminal
        rows = run(wanted, path, progress=partial(_show, bar), **where)
    yield from table(summary(rows))
    yield f"every run: {path}"
