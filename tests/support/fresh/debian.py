"""A Debian with next to nothing in it, as debootstrap makes it, from this machine's own mirror.

Made in memory within a `Machine`, with an ordinary user, and kept as an archive for a week, after
which the suite has moved on.
"""

import os
import shlex
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from support.fresh.machine import ROOT, STUDENT, Machine

KEPT = Path.home() / ".cache" / "optimizers-course" / "fresh"
WEEK = 7 * 24 * 3600
SCRIPTS = Path("/usr/share/debootstrap/scripts")


def archive(suite, packages, say=print):
    """Return the tar of a minimal Debian; make it if there is none of this week.

    Parameters
    ----------
    suite : str
        Such as "trixie" or "testing".
    packages : sequence of str
        What is installed beyond the essential packages.
    say : callable
        Told in a sentence what is done.

    Returns
    -------
    Path

    Raises
    ------
    subprocess.CalledProcessError
        If debootstrap cannot make it; its output ends with the reason.
    """
    path = KEPT / f"{suite}-{'+'.join(packages)}.tar"
    if path.is_file() and time.time() - path.stat().st_mtime < WEEK:
        say(f"{path} is less than a week old and serves.")
        return path
    mirror, proxies = own_mirror(suite), own_proxies()
    say(f"debootstrap makes {path} from " + ("this machine's mirror." if mirror else "its own."))
    script = SCRIPTS / suite
    if not script.exists():  # a suite that is younger than this debootstrap
        script = SCRIPTS / "sid"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with Machine() as machine:
        machine.run(
            "debootstrap",
            "--variant=minbase",
            f"--include={','.join(packages)}",
            *[suite, ROOT, mirror, script],
            env={**os.environ, **proxies},
            stdout=subprocess.PIPE,  # which has the reason, if it fails
            text=True,
        )
        machine.run("chroot", ROOT, "useradd", "--create-home", f"--uid={STUDENT}", "student")
        machine.run("tar", "--create", f"--file={part}", f"--directory={ROOT}", ".")
    part.replace(path)
    return path


def own_mirror(suite):
    """Return the address of the first repository in apt's configuration that is Debian's and has
    the suite, or nothing: then debootstrap's default serves.
    """
    if not shutil.which("apt-get"):
        return ""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    for address in dict.fromkeys(done.stdout.split()):
        try:
            with urllib.request.urlopen(f"{address}dists/{suite}/InRelease", timeout=60) as file:
                release = file.read().decode()
        except (OSError, ValueError):  # no such suite there, or a cdrom: is no address
            continue
        if {"Origin: Debian", "Label: Debian"} <= set(release.splitlines()[:20]):
            return address
    return ""


def own_proxies():
    """Return apt's proxies as environment variables."""
    if not shutil.which("apt-config"):
        return {}
    wanted = "http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy"
    command = ["apt-config", "shell", *wanted.split()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(line.split("=", 1) for line in shlex.split(done.stdout))
