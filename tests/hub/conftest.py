"""One Hub for all tests here: to install it takes minutes."""

import pytest

from support.hub.running import lacks, running_hub


@pytest.fixture(scope="session")
def installed(tmp_path_factory, cannot_run):
    """Return a Hub that answers, on a machine of its own, without accounts."""
    if reason := lacks():
        cannot_run(reason)
    with running_hub(tmp_path_factory.mktemp("hub") / "hub.log") as hub:
        yield hub
