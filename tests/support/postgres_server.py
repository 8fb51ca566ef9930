"""A private PostgreSQL on loopback, which can be killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from course_utils.app.doctor import OPTIONAL


class PostgresServer:
    """A server with a data folder of its own; a context manager."""

    def __init__(self):
        self._programs = Path(OPTIONAL["postgresql"].where()).resolve().parent
        # Not in pytest's folder, which root keeps to itself: the server refuses to run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="course-postgres-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._process = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        settings = ["--auth=trust", "--username=course", "--no-sync", "--encoding=UTF8"]
        subprocess.run(
            [self._programs / "initdb", "-D", self._folder / "data", "--locale=C", *settings],
            user=self._user,
            cwd=self._folder,
            check=True,
            capture_output=True,
        )

    @property
    def url(self):
        return f"postgresql://course@127.0.0.1:{self._port}/postgres"

    def start(self):
        """Start it, and wait until it answers."""
        import psycopg

        settings = ["-k", str(self._folder), "-h", "127.0.0.1", "-p", str(self._port), "-F"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", *settings],
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < deadline, "PostgreSQL did not answer in a minute"
                time.sleep(0.1)

    def kill(self):
        """Kill -9; its children notice and end by themselves."""
        self._process.kill()
        self._process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)  # fast shutdown
        self._process.wait()
        shutil.rmtree(self._folder)
