"""What nbgrader is told on the Hub besides the course's own configuration."""

from pathlib import Path

c = get_config()  # noqa: F821 - given by nbgrader

# Whatever folder a terminal or the list of assignments is in.
if Path("~/optimizers").expanduser().is_dir():
    c.Exchange.assignment_dir = str(Path("~/optimizers").expanduser())
