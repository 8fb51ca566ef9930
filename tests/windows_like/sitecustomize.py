"""Take from this course's code what Windows lacks, in every Python that has this folder on its path.

Python itself and installed packages keep it: they ask ``sys.platform`` and would go another way on
Windows. The names were read off Python 3.13 for Windows. What this cannot show is how the rest
behaves there: paths, open files that cannot be replaced, the lock itself.
"""

import builtins
import signal
import sys
import types
from pathlib import Path

MODULES = set(
    "crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty"
    .split()
)  # fmt: skip
ATTRIBUTES = {
    "os": set(
        """
        O_ACCMODE O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY
        O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC O_TMPFILE WNOHANG WEXITSTATUS WIFEXITED
        WIFSIGNALED WTERMSIG
        chown chroot confstr copy_file_range ctermid environb eventfd fchdir fchown fdatasync fork
        forkpty fpathconf fstatvfs fwalk getegid getenvb geteuid getgid getgrouplist getgroups
        getloadavg getpgid getpgrp getpriority getrandom getresgid getresuid getsid getuid getxattr
        initgroups killpg lchown listxattr lockf login_tty major makedev memfd_create minor mkfifo
        mknod nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn
        posix_spawnp pread preadv pwrite pwritev readv register_at_fork removexattr
        sched_getaffinity sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups
        setns setpgid setpgrp setpriority setregid setresgid setresuid setreuid setsid setuid
        setxattr spawnlp spawnvp splice statvfs sync sysconf tcgetpgrp tcsetpgrp ttyname uname
        unshare wait wait3 wait4 waitid writev
        """.split()
    ),
    "signal": set(
        """
        alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending
        sigtimedwait sigwait sigwaitinfo
        """.split()
    )
    | {name for name in dir(signal) if name.startswith("SIG")}
    - set("SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_IGN".split()),
    "time": {"clock_getres", "clock_gettime", "clock_gettime_ns", "clock_settime", "tzset"},
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
}
REPOSITORY = Path(__file__).resolve().parents[2]


class _Lacking(types.ModuleType):
    """A module without some of its names; everything else is the module's own."""

    def __init__(self, module, lacks):
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update({k: v for k, v in vars(module).items() if k not in lacks})


def _is_ours(asker):
    """Return whether code with these globals is the course's: a file here, or a notebook's cell."""
    file = (asker or {}).get("__file__")
    if file is None:
        return asker is not None and not (asker.get("__name__") or "").startswith("importlib")
    path = Path(file)
    return path.is_relative_to(REPOSITORY) and "site-packages" not in path.parts


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    found = _usual(name, globals, locals, fromlist, level)
    if level == 0 and _is_ours(globals):
        first = name.partition(".")[0]
        if first in MODULES:
            raise ModuleNotFoundError(f"No module named {first!r} (nor on Windows)", name=first)
        if first in ATTRIBUTES and (first == name or not fromlist):  # os.path is as it is
            return _lacking(first)
    return found


def _lacking(name):
    if name not in _made:
        _made[name] = _Lacking(sys.modules[name], ATTRIBUTES[name])
        if name == "os":
            _made[name].name = "nt"
    return _made[name]


_made = {}
_usual = builtins.__import__
builtins.__import__ = _import
