"""Other programs that a build needs: run one, and say in a sentence what it said."""

import os
import subprocess


class BrokenLiteError(RuntimeError):
    """The build failed; the text is one sentence."""


def run(command, folder, **environment):
    """Run a command in a folder; its output and its errors are one text, ``stdout``."""
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def last_line(output):
    """Return the last line that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
