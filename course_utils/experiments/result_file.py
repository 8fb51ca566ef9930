"""The file of results: one line for each finished training, which outlives a power cut."""

import csv
import io
import os
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ..locks import alone

#: The columns that say what computed a row.
COMPUTED_BY = ("numpy", "blas")
_OUTCOME = ("error", "baseline", "status", "done", "seconds", *COMPUTED_BY)

#: What stands in rows from before it was recorded what computed them.
NOT_RECORDED = "not recorded"


def cell_settings(cell) -> dict:
    """Return what a row holds of a cell before its outcome, by name."""
    return asdict(cell)


def _text(value) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def cell_key(cell) -> tuple[str, ...]:
    """Return what tells a cell from all others: its settings as the file writes them."""
    return tuple(map(_text, cell_settings(cell).values()))


def _line(values) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


@contextmanager
def open_results(path, cell):
    """Open the file of results; yield the rows it holds, by key, and the function that appends.

    A line that a killed process left half written has no newline: it is cut off, and its cell
    runs again. A line that has one is whole and on the disk, and its cell does not.
    """
    header = [*cell_settings(cell), *_OUTCOME]
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
            raise ValueError(
                f"expected a file of results with columns {', '.join(header)} in {path}"
            )
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
        if file.readline() != _line(header[: -len(COMPUTED_BY)]).encode():
            return
        rows = file.readlines()
    whole = [row.decode() for row in rows if row.endswith(b"\n")]
    missing = [NOT_RECORDED] * len(COMPUTED_BY)
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
    unknown = dict.fromkeys(COMPUTED_BY, NOT_RECORDED)
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
        kept = ", ".join(sorted(file.stem for file in _RESULTS.glob("*.csv")))
        raise FileNotFoundError(f"expected one of the results {kept}, got {path.stem}")
    return read(path)
