"""Which folder Binder's server shows, and which page first: what `course lab` says of both."""

from pathlib import Path

from course_utils.app.lab import lab_arguments

c = get_config()  # noqa: F821 - given by Jupyter

for _argument in lab_arguments(Path(__file__).resolve().parents[1]):
    _name, _, _value = _argument.removeprefix("--").partition("=")
    if _value:
        _section, _setting = _name.split(".")
        c[_section][_setting] = _value
