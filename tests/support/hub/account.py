"""Somebody who logs in to a Hub with a browser's own requests: form, cookies, pages, kernels."""

import time
from contextlib import contextmanager

import requests
import websocket

from support.kernel import Kernel

PATIENCE = 600  # seconds: eight servers start at once, on a machine that may be busy


class Account:
    """A user of the Hub at an address.

    Parameters
    ----------
    hub : str
        Such as "http://127.0.0.1:8000".
    name : str
    server : str, optional
        Whose server is used; the user's own, if not given.
    """

    def __init__(self, hub, name, server=None):
        self.hub, self.name, self.server = hub, name, server or name
        self.session = requests.Session()

    # ---------------------------------------------------------------------------------- the Hub

    def log_in(self, password):
        """Fill in the Hub's form, and take a token; return the answer's status."""
        status = self.send_form({"username": self.name, "password": password})
        if status == 200:
            self.take_token()
        return status

    def send_form(self, fields):
        """Send the Hub's form with any fields; return the answer's status."""
        place = f"{self.hub}/hub/login"
        self.session.get(place, timeout=PATIENCE).raise_for_status()
        data = {**fields, "_xsrf": self._xsrf("/hub/")}
        answer = self.session.post(place, data=data, params={"next": "/hub/home"}, timeout=PATIENCE)
        return answer.status_code

    def take_token(self):
        """Ask for a token, as the page *Token* does; the requests that follow carry it."""
        answer = self.session.post(
            f"{self.hub}/hub/api/users/{self.name}/tokens",
            json={},
            headers={"X-XSRFToken": self._xsrf("/hub/"), "Referer": f"{self.hub}/hub/token"},
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {answer.json()['token']}"

    def _xsrf(self, path):
        return next(c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == path)

    def start_server(self):
        """Start the server, and wait until it answers; return the seconds that took."""
        began = time.monotonic()
        place = f"/hub/api/users/{self.server}/server"
        answer = self.session.post(f"{self.hub}{place}", timeout=PATIENCE)
        answer.raise_for_status()
        while self.get("/api/status").status_code != 200:
            assert time.monotonic() < began + PATIENCE, f"{self.server}'s server does not answer"
            time.sleep(0.2)
        return time.monotonic() - began

    # ---------------------------------------------------------------------------- the user's server

    def request(self, method, path, **options):
        """Ask the server; errors are answers, too."""
        place = f"{self.hub}/user/{self.server}{path}"
        return self.session.request(method, place, timeout=PATIENCE, **options)

    def get(self, path, **options):
        """Ask for a page of the server."""
        return self.request("GET", path, **options)

    def save(self, path, notebook):
        """Save a notebook, as JupyterLab does; return the answer."""
        data = {"type": "notebook", "format": "json", "content": notebook}
        return self.request("PUT", f"/api/contents/{path}", json=data)

    def hand_in(self, lesson):
        """Press *Submit* in the list of assignments; return what that answers."""
        data = {"course_id": "optimizers", "assignment_id": lesson}
        return self.request("POST", "/assignments/submit", json=data).json()

    def start_kernel(self):
        """Start a kernel; return its name."""
        started = self.request("POST", "/api/kernels", json={"name": "python3"})
        started.raise_for_status()
        return started.json()["id"]

    @contextmanager
    def connected(self, kernel):
        """Connect to a kernel that runs, as a page does."""
        place = f"{self.hub}/user/{self.server}/api/kernels/{kernel}/channels"
        header = {"Authorization": self.session.headers["Authorization"]}
        channels = websocket.create_connection(
            place.replace("http", "ws", 1), timeout=PATIENCE, header=header
        )
        try:
            yield Kernel(channels)
        finally:
            channels.close()

    @contextmanager
    def kernel(self):
        """Connect to a kernel of its own, which ends with the block."""
        name = self.start_kernel()
        try:
            with self.connected(name) as kernel:
                yield kernel
        finally:
            self.request("DELETE", f"/api/kernels/{name}")

    def run(self, code):
        """Return what code prints in a kernel of its own."""
        with self.kernel() as kernel:
            return kernel.run(code)[0].strip()
