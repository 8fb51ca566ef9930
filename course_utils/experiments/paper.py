"""What Sutskever et al. (2013) print: Table 1 and Table 2."""

import math

#: The columns of Table 1 that are computed here too: (method, largest momentum).
COLUMNS = [("SGD", 0.0)] + [(m, mu) for m in ("NAG", "CM") for mu in (0.9, 0.99, 0.995, 0.999)]

#: Table 1 of the paper: training squared error by (method, largest momentum), after the momentum,
#: of CM as of NAG, was lowered to 0.9 for the last 1000 updates (section 3 of the paper).
PAPER_TABLE1 = {
    data: dict(zip(COLUMNS, errors, strict=True))
    for data, errors in {
        "curves": (0.48, 0.16, 0.096, 0.091, 0.074, 0.15, 0.10, 0.10, 0.10),
        "mnist": (2.1, 1.0, 0.73, 0.75, 0.80, 1.0, 0.77, 0.84, 0.90),
        "faces": (36.4, 14.2, 8.5, 7.8, 7.7, 15.3, 8.7, 8.3, 9.3),
    }.items()
}

#: Its last three columns, which nothing here reproduces: Chapelle and Erhan (2011), the paper's own
#: Hessian-free runs without weight decay at their end (its section 5), Martens (2010).
PAPER_OTHERS = {
    "curves": {"SGD_C": 0.16, "HF†": 0.058, "HF*": 0.11},
    "mnist": {"SGD_C": 0.9, "HF†": 0.69, "HF*": 1.40},
    "faces": {"SGD_C": math.nan, "HF†": 7.5, "HF*": 12.0},
}

#: Table 2: NAG's error (before, after) the momentum is lowered, at its best largest momentum. What
#: comes after stands in Table 1 as well.
PAPER_TABLE2 = {"curves": (0.096, 0.074), "mnist": (1.20, 0.73), "faces": (10.83, 7.7)}
