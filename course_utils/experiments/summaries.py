"""The columns of a table: for each the learning rate that did best, its mean and its spread."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

_COLUMN = ("method", "mu_max", "initialization", "last", "radius")


def summary(rows: Iterable[dict]) -> list[dict]:
    """Return for every column of a table the learning rate with the lowest mean error.

    A search may try all rates on one seed, and only the best of them on all. So a rate counts if
    it was tried on as many seeds as any other of its column.

    Parameters
    ----------
    rows : iterable of dict
        Of one experiment, as `run`, `read` and `results` return them.

    Returns
    -------
    list of dict
        In the order of the rows: method, mu_max; initialization and last, or radius; eta; edge
        (whether eta is the smallest or the largest of several rates that were tried, so that a
        better one may lie beyond); mean and std of the error over the seeds (inf, nan if one
        diverged), seeds, dead (how many of them were given up or diverged), baseline.
    """
    groups: dict[tuple, dict[float, list[dict]]] = {}
    for row in rows:
        column = tuple((name, row[name]) for name in _COLUMN if name in row)
        groups.setdefault(column, {}).setdefault(row["eta"], []).append(row)
    found = []
    for column, by_rate in groups.items():
        most = max(map(len, by_rate.values()))
        candidates = [_average(eta, runs) for eta, runs in by_rate.items() if len(runs) == most]
        best = min(candidates, key=lambda one: one["mean"])
        edge = len(by_rate) > 1 and best["eta"] in (min(by_rate), max(by_rate))
        found.append(dict(column) | best | {"edge": edge})
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
    """Yield the lines of a table, for a terminal, of what `summary` returns.

    A star marks a learning rate at the edge of those that were tried, and a last line says so.
    """
    columns = list(columns)
    yield f"{'':<34}{'eta':>8}{'mean':>12}{'std':>12}  seeds"
    for one in columns:
        name = [one["method"], f"{one['mu_max']:g}"] if one["method"] != "SGD" else ["SGD"]
        name += [one["initialization"]] if "initialization" in one else []
        name += [f"last {one['last']} at 0.9"] if one.get("last") else []
        name += [f"radius {one['radius']:g}"] if "radius" in one else []
        dead = f", {one['dead']} given up or diverged" if one["dead"] else ""
        star = "*" if one["edge"] else " "
        yield (
            f"{' '.join(name):<34}{one['eta']:>8g}{star}{one['mean']:>11.5g}{one['std']:>12.3g}"
            f"  {one['seeds']}{dead}"
        )
    if any(one["edge"] for one in columns):
        yield "* the smallest or the largest eta that was tried: a better one may lie beyond"
