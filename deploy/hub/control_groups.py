"""A control group for each user, for all that the user runs together.

With it a loop without an end, or a hundred of them, takes its user's share of busy processors and
no more, and memory and processes have a limit. The kernel offers this in two versions, of which a
machine has one.
"""

from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
CONTROLLERS = ("cpu", "memory", "pids")


def make_groups(name, memory, tasks, root=ROOT):
    """Make a user's groups, one (version 2) or one a controller (version 1), and set the limits.

    Parameters
    ----------
    name : str
    memory : int or None
        Bytes; None is no limit.
    tasks : int
        Processes and threads.
    root : Path

    Returns
    -------
    folders : list of Path
        The groups; who belongs to them is written into their ``cgroup.procs``.
    complaints : list of str
        What is not limited, and why.
    """
    folders, complaints = [], []
    for parent in _parents(root):
        folder = parent / f"optimizers-{name}"
        try:
            folder.mkdir(exist_ok=True)
            folders.append(folder)
        except OSError as error:
            complaints.append(f"no control group ({error})")
    for limit, files in _files(memory, tasks).items():
        try:
            taken = [_set(folder / file, value) for file, value in files for folder in folders]
        except OSError as error:
            complaints.append(f"no limit of {limit} ({error})")
        else:
            if not any(taken):
                complaints.append(f"no limit of {limit} (the kernel has no file for it)")
    return folders, complaints


def _parents(root):
    if not (root / "cgroup.controllers").exists():
        return [root / controller for controller in CONTROLLERS]
    for controller in CONTROLLERS:  # else the groups below have no files for it
        with suppress(OSError):  # which is noticed by the files that are not there
            (root / "cgroup.subtree_control").write_text(f"+{controller}")
    return [root]


def _files(memory, tasks):
    """Return what is written into which files, in this order, by what it limits."""
    files = {
        "processors": [("cpu.weight", 100), ("cpu.shares", 1024)],
        "processes": [("pids.max", tasks)],
    }
    if memory:
        files["memory"] = [
            ("memory.max", memory),
            # The limit with swap may not be the lower one, not even while both are raised.
            ("memory.memsw.limit_in_bytes", -1),
            ("memory.limit_in_bytes", memory),
        ]
        files["swap"] = [("memory.swap.max", 0), ("memory.memsw.limit_in_bytes", memory)]
    return files


def _set(file, value):
    if not file.exists():
        return False
    file.write_text(str(value))
    return True
