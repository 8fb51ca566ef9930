"""Which trainings make an experiment, at the size of a minute, of a lesson, and of the paper."""

from dataclasses import replace
from itertools import product

from ..initializers import RECURRENT_SCALES
from .autoencoders import SIZES, AutoencoderCell
from .paper import COLUMNS
from .recurrent import TASKS, RecurrentCell

Cell = AutoencoderCell | RecurrentCell

#: A minute at most, five minutes on two cores, as large as the paper's.
SCALES = ("live", "lesson", "paper")

#: Experiments, and the data that each is made for, the default first.
EXPERIMENTS = {
    "table1": ("digits", "curves", "mnist", "faces"),
    "table2": ("digits", "curves", "mnist", "faces"),
    "rnn": TASKS,
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


def _rates(scale, method, mu_max):
    if scale == "live":
        return (_LIVE_RATES[method, mu_max],)
    return _LESSON_RATES[mu_max] if scale == "lesson" else _PAPER_RATES


def _table1(scale, data):
    cell, seeds = _autoencoder("table1", scale, data)
    found = [
        replace(cell, method=method, mu_max=mu_max, eta=eta, seed=seed)
        for method, mu_max in COLUMNS
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
        for method, mu_max in COLUMNS
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
