"""Which trainings make an experiment, at the size of a minute, of a lesson, and of the paper."""

from dataclasses import replace
from itertools import product

from ..initializers import RECURRENT_SCALES
from .autoencoders import SIZES, AutoencoderCell
from .paper import COLUMNS
from .recurrent import TASKS, RecurrentCell

Cell = AutoencoderCell | RecurrentCell

#: A minute at most, some minutes on two cores, as large as the paper's.
SCALES = ("live", "lesson", "paper")

#: Experiments, and the data that each is made for, the default first.
EXPERIMENTS = {
    "table1": ("digits", "curves", "mnist", "faces"),
    "table2": ("digits", "curves", "mnist", "faces"),
    "rnn": TASKS,
}

#: The learning rates of the two small scales: one ladder, on which every method is tuned.
LADDER = (
    0.0002, 0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05,
    0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 2.0,
)  # fmt: skip

# Where a search on the ladder ended, in the order of COLUMNS. The lesson's cells are the winner
# and its two neighbours: `summary` says where the best rate is not the one between.
_BEST_LIVE = (0.3, 0.1, 0.03, 0.02, 0.02, 0.1, 0.02, 0.01, 0.005)
_BEST = {
    "digits": (0.3, 0.1, 0.05, 0.05, 0.03, 0.05, 0.02, 0.01, 0.003),
    "curves": (0.2, 0.1, 0.02, 0.02, 0.02, 0.1, 0.02, 0.01, 0.003),
    "mnist": (0.2, 0.05, 0.03, 0.03, 0.01, 0.05, 0.02, 0.01, 0.003),
    "faces": (0.05, 0.03, 0.01, 0.01, 0.01, 0.02, 0.01, 0.01, 0.01),
}
# The same for Glorot's start: with NAG at 0.99, and without momentum.
_BEST_GLOROT = {
    "digits": (0.02, 1.0),
    "curves": (0.03, 0.5),
    "mnist": (0.03, 0.5),
    "faces": (0.02, 0.4),
}
_PAPER_RATES = (0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)

# The same for recurrent networks.
_BEST_RECURRENT = {
    ("SGD", 0.0): 0.01,
    ("CM", 0.9): 0.01,
    ("CM", 0.98): 0.003,
    ("CM", 0.995): 0.0003,
    ("NAG", 0.9): 0.03,
    ("NAG", 0.98): 0.01,
    ("NAG", 0.995): 0.005,
}
_PAPER_RECURRENT_RATES = (1e-3, 1e-4, 1e-5, 1e-6)


def cells(experiment: str, scale: str = "live", data: str | None = None) -> list[Cell]:
    """Return the cells of an experiment.

    Parameters
    ----------
    experiment : {"table1", "table2", "rnn"}
        Momentum and initialization of autoencoders, every momentum above 0.9 lowered to 0.9 at
        the end, as in the paper; NAG with and without that end; recurrent networks, by momentum
        and by spectral radius.
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
        raise ValueError(
            f"expected an experiment among {', '.join(EXPERIMENTS)}, got {experiment!r}"
        )
    if scale not in SCALES:
        raise ValueError(f"expected a scale among {', '.join(SCALES)}, got {scale!r}")
    known = EXPERIMENTS[experiment]
    data = known[0] if data is None else data
    if data not in known:
        raise ValueError(f"expected data for {experiment} among {', '.join(known)}, got {data!r}")
    return {"table1": _table1, "table2": _table2, "rnn": _rnn}[experiment](scale, data)


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
        experiment, scale, data, "SGD", 0.0, 0.1, 0, SIZES[data][0 if small else 1], **settings
    )
    seeds = {"live": 3 if data == "digits" else 1, "lesson": 3, "paper": 1}[scale]
    return cell, range(seeds)


def _neighbours(eta):
    """Return a rate of the ladder between the ones below and above it."""
    place = LADDER.index(eta)
    return LADDER[place - 1 : place + 2]


def _rates(scale, best):
    """Return the rates of a column whose search at a small scale ended at ``best``."""
    return {"live": (best,), "lesson": _neighbours(best), "paper": _PAPER_RATES}[scale]


def _column_rates(scale, data):
    """Return the rates of each column of Table 1."""
    best = _BEST_LIVE if scale == "live" else _BEST[data]
    return {column: _rates(scale, eta) for column, eta in zip(COLUMNS, best, strict=True)}


def _final_updates(scale, mu_max):
    """Return how many updates at the end the momentum is at most 0.9: none where it always is.

    The paper lowers it for the last 1000. That many would be two fifths of a live run.
    """
    if mu_max <= 0.9:
        return 0
    return 250 if scale == "live" else 1000


def _table1(scale, data):
    cell, seeds = _autoencoder("table1", scale, data)
    rates = _column_rates(scale, data)
    starts = [("sparse", column, etas) for column, etas in rates.items()]
    # What the other initializations make of a momentum that trains the sparse one, and of none.
    climbing, none = ("NAG", 0.99), ("SGD", 0.0)
    best = (0.03, 0.4) if scale == "live" else _BEST_GLOROT[data]
    starts.append(("dense", climbing, rates[climbing]))
    starts += [
        ("glorot", column, _rates(scale, eta))
        for column, eta in zip((climbing, none), best, strict=True)
    ]
    return [
        replace(
            cell,
            method=method,
            mu_max=mu_max,
            eta=eta,
            seed=seed,
            initialization=initialization,
            last=_final_updates(scale, mu_max),
        )
        for initialization, (method, mu_max), etas in starts
        for eta, seed in product(etas, seeds)
    ]


def _table2(scale, data):
    cell, seeds = _autoencoder("table2", scale, data)
    found = []
    for (method, mu_max), etas in _column_rates(scale, data).items():
        if method != "NAG" or mu_max <= 0.9:
            continue
        if scale == "lesson":  # what the final phase takes away asks for a smaller rate before it
            etas = (LADDER[LADDER.index(etas[0]) - 1], *etas)
        found += [
            replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed, last=last)
            for eta, seed, last in product(etas, seeds, (0, _final_updates(scale, mu_max)))
        ]
    return found


def _rnn(scale, data):
    cell = RecurrentCell(
        "rnn", scale, data, "NAG", 0.98, 0.01, 0, hidden=100, length=30, updates=3000, batch=50,
        first=300,
    )  # fmt: skip
    if scale == "paper":
        cell = replace(cell, length=80, updates=50_000, batch=100, first=1000)
        cell = replace(cell, input_scale=RECURRENT_SCALES[data]["input_scale"])
    seeds = range({"live": 1, "lesson": 3, "paper": 4}[scale])
    radii = {"live": (0.5, 2.0), "lesson": (0.3, 0.8, 1.5, 2.0, 3.0), "paper": ()}[scale]
    found = [
        replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed)
        for (method, mu_max), best in _BEST_RECURRENT.items()
        for eta, seed in product(
            _PAPER_RECURRENT_RATES if scale == "paper" else _rates(scale, best), seeds
        )
    ]
    return found + [replace(cell, radius=r, seed=seed) for r, seed in product(radii, seeds)]
