"""What Python has on Linux and lacks on Windows, by module; see `lacking.txt`."""

from pathlib import Path

HERE = Path(__file__).resolve().parent

_lines = (HERE / "lacking.txt").read_text("utf-8").replace("\n  ", " ").splitlines()[1:]
# {module: what it lacks}; under "modules" those that are not there at all.
LACKING = {name: set(words.split()) for name, _, words in (line.partition(":") for line in _lines)}
