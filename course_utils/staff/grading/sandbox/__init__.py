"""A sandbox: bubblewrap, limits, and a `worker` inside that answers frames.

What is inside: the Python interpreter, NumPy and matplotlib, read-only; four modules of ours that
hold no answers; a private ``/tmp``. What is not: the network, other processes, this machine's
files and environment, the course. Student code runs without capabilities, as a user of its own
where the grader runs as root (whose processes no limit would bind), else in a user namespace.
A filter refuses system calls that student code has no use for. Where cgroups can be made, memory
and processes of the sandbox are bounded as a whole; elsewhere, each process by itself.

Without a working bubblewrap there is `Unavailable`, and never a way around it.
"""

import functools
import io
import itertools
import json
import math
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.app.doctor import OPTIONAL
from course_utils.app.places import PACKAGE, UsageError, first_line_of

from ..flags import Flag
from ..limits import Limits
from . import cgroups, seccomp, watch
from .protocol import Channel, Closed, Garbled, Silence

INSIDE = "/sandbox.zip"
PYTHON, PACKAGES = "/python", "/packages"
# What may be imported inside, by its names in site-packages: NumPy, and matplotlib with its needs.
IMPORTABLE = (
    *("numpy", "numpy.libs", "matplotlib", "mpl_toolkits", "contourpy", "cycler", "dateutil"),
    *("fontTools", "kiwisolver", "packaging", "PIL", "pillow.libs", "pyparsing", "six.py"),
)
_PACKAGES_INSIDE = ("exercises", "staff", "staff/grading", "staff/grading/sandbox")
# What of ours runs inside.
MODULES = (
    *("exercises/cases.py", "exercises/call.py"),
    *("staff/grading/sandbox/protocol.py", "staff/grading/sandbox/worker.py"),
)
# Where user numbers begin that no account has; see `_user`.
FIRST_USER = 1_500_000_000
# A deadline is put off by the time that the sandbox waited for a processor, unless that is less
# than so many seconds.
LEAST_POSTPONEMENT = 0.05
# Bytes kept of what a sandbox writes to stderr, which is little: why it does not start.
MOST_ERRORS = 64 * 1024
# Seconds, by the wall clock, for bubblewrap to say what options it has.
HELP_PATIENCE = 30.0
_started = itertools.count()


class Unavailable(UsageError):  # noqa: N818
    """There is no working sandbox; the message is one sentence and says what to install.

    Nothing is graded without one; whoever asked leaves with exit code 2.
    """

    concerns_everybody = True


class Died(RuntimeError):  # noqa: N818
    """What runs in the sandbox did not answer as it should; ``flag`` is what an instructor sees."""

    def __init__(self, flag: Flag):
        super().__init__(flag)
        self.flag = flag


@dataclass(frozen=True)
class Equipment:
    """What a sandbox holds besides Python itself; by default, what scoring needs.

    Parameters
    ----------
    modules : tuple of str
        Of the course, below its package; they are put into one program.
    main : str
        The one of them whose ``main`` is run, as a name with dots.
    importable : tuple of str
        Patterns of names in site-packages.
    course : tuple of str
        Files and folders of the course's package that can be imported by their own name.
    """

    modules: tuple[str, ...] = MODULES
    main: str = "staff.grading.sandbox.worker"
    importable: tuple[str, ...] = IMPORTABLE
    course: tuple[str, ...] = ()


class Sandbox:
    """One sandbox with one worker, for the code of one student; a context manager.

    Parameters
    ----------
    limits : Limits
    equipment : Equipment, optional

    Raises
    ------
    Unavailable
        If it does not come up.
    """

    def __init__(self, limits: Limits, equipment: Equipment | None = None):
        self._limits = limits
        self._waited = 0.0
        # What closing has to do, in reverse order; if one step raises, the others still run.
        with ExitStack() as closing:
            self._group = cgroups.create(limits)
            closing.callback(self._group.remove)
            errors = closing.enter_context(_error_file())
            self._process = process = _start(limits, self._group, equipment or Equipment(), errors)
            closing.callback(process.wait, timeout=limits.start)
            closing.callback(process.stdout.close)
            closing.callback(process.stdin.close)
            closing.callback(process.kill)
            self._watch = None
            if not self._group:
                self._watch = watch.Watch(process, limits.memory)
                closing.callback(self._watch.end)
            self._channel = Channel(process.stdout.fileno(), process.stdin.fileno(), limits.reply)
            try:
                self._channel.receive(time.monotonic() + limits.start)
            except (Closed, Silence, Garbled):
                lines = _read_errors(errors).splitlines()
                raise _unavailable(lines[-1] if lines else "it said nothing") from None
            self._closing = closing.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, *request) -> None:
        """Send a request, within `Limits.cell` seconds of `time.monotonic`.

        Raises
        ------
        Died
            If nobody takes it.
        """
        self._waited = watch.waiting(self._process.pid)
        try:
            self._channel.send(json.dumps(request).encode(), time.monotonic() + self._limits.cell)
        except (Closed, Silence) as error:
            raise self._died(error) from None

    def answer(self, until: float) -> bytes:
        """Return the next frame that comes before ``until``.

        Parameters
        ----------
        until : float
            An instant of `time.monotonic`, in seconds. It is put off by the time that the sandbox
            waited for a processor.

        Raises
        ------
        Died
            With the flag "timed-out", "out-of-memory", or "crashed" for all else. Close the sandbox
            then: what it says later belongs to nothing.
        """
        last = until + (self._limits.postponement - 1) * max(0.0, until - time.monotonic())
        while True:
            try:
                return self._channel.receive(until)
            except Silence as error:
                # That the machine is busy is not the student's fault.
                before, self._waited = self._waited, watch.waiting(self._process.pid)
                until = min(last, until + max(0.0, self._waited - before))
                if until - time.monotonic() < LEAST_POSTPONEMENT:
                    raise self._died(error) from None
            except (Closed, Garbled) as error:
                raise self._died(error) from None

    def _died(self, error: Exception) -> Died:
        if self._watch and self._watch.error:  # our fault, which costs no student points
            raise RuntimeError(
                "the memory of a sandbox could not be watched"
            ) from self._watch.error
        if isinstance(error, Silence):
            return Died(Flag.TIMED_OUT)
        ran_out = self._watch.ran_out if self._watch else self._group.ran_out_of_memory()
        return Died(Flag.OUT_OF_MEMORY if ran_out else Flag.CRASHED)

    def close(self) -> None:
        """Kill whatever still runs inside, and leave nothing behind.

        All of it is tried whatever fails; what failed is raised afterwards.
        """
        self._closing.close()


def require() -> None:
    """Raise `Unavailable` unless a sandbox can be started on this machine: it starts one."""
    with Sandbox(Limits()):
        pass


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(
        f"nothing is graded without a sandbox, and bubblewrap does not start one here: {reason}"
    )


def _error_file():
    """Return a file in memory for what a sandbox writes to stderr, open for reading and writing.

    Not a pipe: one that nobody reads fills up, and who reads it has to wait. It cannot grow.
    """
    import fcntl  # not on Windows, where this module is imported all the same

    file = os.fdopen(os.memfd_create("errors", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "w+b")
    os.ftruncate(file.fileno(), MOST_ERRORS)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
    return file


def _read_errors(file) -> str:
    """Return what stands in an `_error_file` so far."""
    content = os.pread(file.fileno(), MOST_ERRORS, 0)
    return content.rstrip(b"\0").decode("utf-8", "replace").strip()


def _start(limits: Limits, group, equipment: Equipment, errors) -> subprocess.Popen:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise Unavailable(
            f"nothing is graded without a sandbox: {OPTIONAL['bubblewrap'].missing()}"
        )
    passed = []
    try:
        program = _memory_file(_inside(equipment), passed)
        options = _options(bwrap, limits, equipment, program, passed)
        arguments = _memory_file(b"".join(o.encode() + b"\0" for o in options), passed)
        settings = {
            "user": _user(),
            "limits": _resources(limits),
            "longest": 2 * 6 * limits.source,  # JSON writes a character in up to six, or twice
            "reply": limits.reply,
        }
        # Of the command line, which the sandbox can read, only this much tells of this machine.
        command = [bwrap, "--args", str(arguments), "--"]
        command += [_interpreter(), "-I", "-S", "-B", INSIDE, json.dumps(settings)]
        return subprocess.Popen(
            group.entering(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={},
            cwd="/",
            pass_fds=passed,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable(first_line_of(error)) from None
    finally:
        for descriptor in passed:
            os.close(descriptor)


def _memory_file(content: bytes, opened: list[int]) -> int:
    descriptor = os.memfd_create("course")
    opened.append(descriptor)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _user() -> int | None:
    """Return a number for root to become: unused by others, so that limits count one sandbox."""
    if not _can_become_anybody():
        return None
    return FIRST_USER + ((os.getpid() << 6) | (next(_started) & 63))


@functools.cache
def _can_become_anybody() -> bool:
    """Tell whether we are root, and not merely called so inside of a container without rights."""
    rows = Path("/proc/self/uid_map").read_text().splitlines()
    spans = [(int(first), int(first) + int(count)) for first, _, count in map(str.split, rows)]
    known = any(first <= FIRST_USER and last >= FIRST_USER + 2**28 for first, last in spans)
    return os.geteuid() == 0 and known


def _resources(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_AS": limits.memory,
        "RLIMIT_CPU": math.ceil(limits.submission),  # seconds of CPU time
        "RLIMIT_FSIZE": limits.file,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 0,
    }


def _options(
    bwrap: str, limits: Limits, equipment: Equipment, program: int, passed: list[int]
) -> list[str]:
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    options += ["--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent"]
    options += ["--new-session", "--cap-drop", "ALL"]
    if _can_become_anybody():  # the worker becomes somebody else, and loses these two with it
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
        options += ["--disable-userns"] if "--disable-userns" in _help(bwrap) else []
    options += ["--perms", "0755", "--dir", "/usr", "--perms", "0755", "--dir", PACKAGES]
    shown = {}
    for folder in ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64"):
        if os.path.islink(folder):
            options += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            shown[folder] = folder
    shown[sys.base_prefix] = PYTHON
    for outside, inside in shown.items():
        options += ["--ro-bind", outside, inside]
    for hidden in _hidden(PACKAGE, shown):
        options += ["--size", "4096", "--tmpfs", hidden, "--remount-ro", hidden]
    site = Path(np.__file__).resolve().parents[1]
    for place in (place for name in equipment.importable for place in sorted(site.glob(name))):
        options += ["--ro-bind", str(place), f"{PACKAGES}/{place.name}"]
    folders = sorted({Path("course_utils", name).parent for name in equipment.course})
    for folder in folders:  # what bubblewrap makes by itself, root alone may read
        options += ["--perms", "0755", "--dir", f"{PACKAGES}/{folder}"]
    for name in equipment.course:
        options += ["--ro-bind", str(PACKAGE / name), f"{PACKAGES}/course_utils/{name}"]
    options += ["--perms", "0444", "--ro-bind-data", str(program), INSIDE]
    options += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    options += ["--size", str(limits.files), "--perms", "1777", "--tmpfs", "/tmp"]
    options += ["--remount-ro", "/"]
    environment = {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": f"{PYTHON}/lib",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    options += ["--clearenv"]
    for name, value in environment.items():
        options += ["--setenv", name, value]
    if (rules := seccomp.program()) is not None:
        options += ["--seccomp", str(_memory_file(rules, passed))]
    return options


def _hidden(course: Path, shown: dict[str, str]) -> list[str]:
    """Return where the course lies inside: somewhere, if it is installed beside Python itself."""
    return [
        str(inside / course.relative_to(os.path.realpath(outside)))
        for outside, inside in ((outside, Path(inside)) for outside, inside in shown.items())
        if course.is_relative_to(os.path.realpath(outside))
    ]


@functools.cache
def _help(bwrap: str) -> str:
    ran = subprocess.run(
        [bwrap, "--help"], capture_output=True, text=True, env={}, timeout=HELP_PATIENCE
    )
    return ran.stdout


@functools.cache
def _interpreter() -> str:
    """Return where Python itself, and not a virtual environment's link to it, lies inside."""
    real = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    return os.path.join(PYTHON, os.path.relpath(real, os.path.realpath(sys.base_prefix)))


@functools.cache
def _inside(equipment: Equipment) -> bytes:
    """Return the program that runs inside: compiled, in a zip, and nothing of the course in it."""
    main = (
        f"import sys, json\nsys.path.append({PACKAGES!r})\n"
        f"from sandboxed.{equipment.main} import main\nmain(json.loads(sys.argv[1]))\n"
    )
    archive = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive, "w") as zipped:
        place = Path(folder)
        sources = {"sandboxed/__init__.py": "", "__main__.py": main}
        sources |= {f"sandboxed/{name}/__init__.py": "" for name in _PACKAGES_INSIDE}
        sources |= {
            f"sandboxed/{name}": (PACKAGE / name).read_text("utf-8") for name in equipment.modules
        }
        for name, text in sources.items():
            source, compiled = place / "module.py", place / "module.pyc"
            source.write_text(text, "utf-8")
            py_compile.compile(
                source,
                compiled,
                f"<{name}>",
                doraise=True,
                optimize=2,  # without docstrings
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            zipped.writestr(f"{name}c", compiled.read_bytes())
    return archive.getvalue()
