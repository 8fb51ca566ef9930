"""A notebook's shell without a kernel: what its cells show is kept."""

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@pytest.fixture
def shell():
    """An IPython whose `display_pub.outputs` is what its cells have shown."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config, colors="nocolor")
    shell.display_pub = CapturingDisplayPublisher()
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def shown(shell):
    """Return the bundles that a figure puts below its cell."""

    def show(figure):
        shell.display_pub.outputs.clear()
        shell.display_formatter.format(figure)
        return [output["data"] for output in shell.display_pub.outputs]

    return show
