"""How this machine reaches its package index, to be handed on to a fresh one.

Read when a test runs, and written nowhere. Where a machine has no such settings nothing is handed
on, and pip and uv do as they do by default.
"""

import os
import re
from pathlib import Path

from support.fresh.machine import HOME

_VARIABLES = re.compile(
    r"(PIP|UV)_(\w*INDEX\w*|FIND_LINKS|CERT|PROXY|CONSTRAINT|CONFIG_FILE|\w*_HOST|\w*TIMEOUT|\w*TLS)"
    r"|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|(https?|all|no)_proxy",
    re.IGNORECASE,
)
_NETWORK = ("/etc/hosts", "/etc/resolv.conf")
_OF_ALL = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf", "/etc/uv/uv.toml", "/etc/xdg/uv/uv.toml")
_OF_ONE = (".config/pip/pip.conf", ".pip/pip.conf", ".config/uv/uv.toml")


def variables():
    """Return the environment variables by which pip and uv find an index and trust it."""
    return {name: value for name, value in os.environ.items() if _VARIABLES.fullmatch(name)}


def files():
    """Return what is to be read in the fresh machine: pairs of the path here and there.

    These are the files that name this machine's network, those that configure pip and uv, and what
    these and the variables name in turn, such as certificates and folders of packages.
    """
    own = {Path(name): Path(name) for name in _OF_ALL}
    own |= {Path.home() / name: HOME / name for name in _OF_ONE}
    own = {here: there for here, there in own.items() if here.is_file()}
    texts = [*variables().values(), *(here.read_text("utf-8") for here in own)]
    words = " ".join(texts).replace("file://", " ")
    named = {Path(path) for path in re.findall(r"(?<![^\s\"'=:,])/[\w.+/-]+", words)}
    own |= {path: path for path in named if path.exists() and len(path.parts) > 2}
    own |= {Path(name): Path(name) for name in _NETWORK}
    # What lies in a folder that is shown is shown with it.
    return sorted(pair for pair in own.items() if not own.keys() & set(pair[0].parents))
