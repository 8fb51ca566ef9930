"""A sandbox: bubblewrap, limits, and a `worker` inside that answers frames.

What is inside: the Python interpreter, NumPy and matplotlib, read-only; four modules of ours that
hold no answers; a private ``/tmp``. What is not: the network, other processes, ``/proc``, this
machine's other files and its environment, the course. Student code runs without capabilities, as a
user of its own where the grader runs as root (whose processes no limit would bind), else in a user
namespace. A filter refuses system calls that student code has no use for. Where cgroups can be
made, memory and processes of the sandbox are bounded as a whole; elsewhere, each process by itself.

Without a working bubblewrap there is `Unavailable`, and never a way around it.
"""

import contextlib
import functools
import io
import itertools
import json
import math
import os
import py_compile
import shutil
import subprocess
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from course_utils.app.doctor import OPTIONAL
from course_utils.app.places import PACKAGE, UsageError, first_line_of

from ..flags import Flag
from ..limits import Limits
from . import cgroups, seccomp, watch
from .clock import Clock, descendants
from .protocol import Channel, Closed, Garbled, Silence
from .shown import INTERPRETER, LIBRARIES, PACKAGES, binds

INSIDE = "/sandbox.zip"
# What may be imported inside, by its names in site-packages: NumPy, and matplotlib with its needs.
IMPORTABLE = (
    *("numpy", "numpy.libs", "matplotlib", "mpl_toolkits", "contourpy", "cycler", "dateutil"),
    *("fontTools", "kiwisolver", "packaging", "PIL", "pillow.libs", "pyparsing", "six.py"),
)
# NumPy's texts for `help`, and nothing else: a tenth of the time that its import takes.
_TEXTS = ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars")
_PACKAGES_INSIDE = ("exercises", "staff", "staff/grading", "staff/grading/sandbox")
# What of ours runs inside.
MODULES = (
    *("exercises/values.py", "exercises/call.py"),
    *("staff/grading/sandbox/protocol.py", "staff/grading/sandbox/worker.py"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Where user numbers begin that no account has; see `_user`.
FIRST_USER = 1_500_000_000
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


class Overdue(RuntimeError):  # noqa: N818
    """The last resort, the wall clock, ended a submission: nothing can be said of its answers.

    The machine was too busy, or the code found a way to take time that no count shows.
    """


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
    ends : float
        The instant of `time.monotonic`, in seconds, after which nobody waits any more.

    Raises
    ------
    Unavailable
        If it does not come up.
    """

    def __init__(self, limits: Limits, equipment: Equipment | None = None, ends: float = math.inf):
        self._limits, self._ends = limits, ends
        # What closing has to do, in reverse order; if one step raises, the others still run.
        with contextlib.ExitStack() as closing:
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
            self._clock = Clock(process.pid, self._group.computed())
            self._channel = Channel(process.stdout.fileno(), process.stdin.fileno(), limits.reply)
            started = time.monotonic() + limits.start
            try:
                self._channel.receive(lambda: time.monotonic() >= started)
            except (Closed, Silence, Garbled):
                lines = _read_errors(errors).splitlines()
                raise _unavailable(lines[-1] if lines else "it said nothing") from None
            self._files = _open_files(process.pid)
            closing.callback(os.close, self._files)
            self._closing = closing.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def time(self) -> float:
        """Return the seconds that the code inside took so far, by its own `clock`."""
        return self._clock.time()

    def ask(self, *request, until: float) -> bytes:
        """Send a request and return the answer.

        Parameters
        ----------
        *request
            Plain JSON data.
        until : float
            An instant of `time`, in seconds: the code inside has no more time than that.

        Returns
        -------
        bytes

        Raises
        ------
        Died
            With the flag "timed-out", "out-of-memory", or "crashed" for all else. Close the sandbox
            then: what it says later belongs to nothing.
        Overdue
            If there is no answer when ``ends`` is reached. The same holds.
        """

        def is_over() -> bool:
            self._look()
            self._clock.look()
            return self._clock.time() >= until

        self._look()
        try:
            self._channel.send(json.dumps(request).encode(), is_over)
            return self._channel.receive(is_over)
        except (Closed, Garbled, Silence) as error:
            raise self._died(error) from None

    def _look(self) -> None:
        """Look at what no limit of the kernel bounds: the wall clock, and files without content."""
        if time.monotonic() >= self._ends:
            raise Overdue("the wall clock ended it")
        room = os.fstatvfs(self._files)
        if room.f_files - room.f_ffree > self._limits.entries:
            raise Died(Flag.OUT_OF_MEMORY)

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


def _open_files(process: int) -> int:
    """Return a descriptor of the private ``/tmp`` of the sandbox that a bubblewrap started."""
    ours = os.stat("/")
    for folder in descendants(process):
        with contextlib.suppress(OSError):  # it has just ended, or is not ours to look at
            if not os.path.samestat(os.stat(folder / "root"), ours):
                return os.open(folder / "root/tmp", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    raise _unavailable("nothing runs inside of it")


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
        command = [bwrap, "--args", str(arguments), "--"]
        command += [INTERPRETER, "-I", "-S", "-B", INSIDE, json.dumps(settings)]
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
    options += binds(equipment.importable)
    folders = sorted({Path("course_utils", name).parent for name in equipment.course})
    for folder in folders:  # what bubblewrap makes by itself, root alone may read
        options += ["--perms", "0755", "--dir", f"{PACKAGES}/{folder}"]
    for name in equipment.course:
        options += ["--ro-bind", str(PACKAGE / name), f"{PACKAGES}/course_utils/{name}"]
    options += ["--perms", "0444", "--ro-bind-data", str(program), INSIDE]
    # No /proc: it tells where all of this lies outside. No terminals: the machine has few thousand.
    options += ["--perms", "0755", "--dir", "/dev"]
    for device in DEVICES:
        options += ["--dev-bind", device, device]
    options += ["--size", str(limits.files), "--perms", "1777", "--tmpfs", "/tmp"]
    options += ["--remount-ro", "/"]
    environment = {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": LIBRARIES,
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


@functools.cache
def _help(bwrap: str) -> str:
    ran = subprocess.run(
        [bwrap, "--help"], capture_output=True, text=True, env={}, timeout=HELP_PATIENCE
    )
    return ran.stdout


@functools.cache
def _inside(equipment: Equipment) -> bytes:
    """Return the program that runs inside: compiled, in a zip, and nothing of the course in it."""
    main = (
        "import gc, json, sys\ngc.disable()\n"  # an import leaves nothing to collect
        f"sys.modules.update(dict.fromkeys({_TEXTS!r}, sys))\n"  # any module does in their place
        f"sys.path.append({PACKAGES!r})\nfrom sandboxed.{equipment.main} import main\n"
        "gc.enable()\nmain(json.loads(sys.argv[1]))\n"
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
