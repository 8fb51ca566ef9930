"""What nbgrader is told on the Hub besides the course's own configuration."""

from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

c = get_config()  # noqa: F821 - given by nbgrader

# Whatever folder a terminal or the list of assignments is in.
if Path("~/optimizers").expanduser().is_dir():
    c.Exchange.assignment_dir = str(Path("~/optimizers").expanduser())


def _refuse(autograde):
    told = (
        "Autograde would run a student's code as the account that has all grades."
        " Use a terminal instead: course grade"
    )
    autograde.log.error(told)  # `nbgrader` itself says nothing of the exception
    raise NbGraderException(told)


# Formgrader's button and `nbgrader autograde`.
Autograde.start = _refuse
