"""A kernel behind a server, spoken to as a page speaks to it: cells, and a figure's slider."""

import json
import select
import struct
import threading
import time
import uuid

import websocket

NO_MESSAGE = {"msg_type": "", "parent_header": {}, "content": {"comm_id": None}}


class Kernel:
    """A connection to a kernel; messages go and come as between it and a page."""

    def __init__(self, channels):
        self.channels = channels
        # What a kernel says before all its channels are connected is lost: ask until one hears all.
        while not self._hears(self.send("kernel_info_request", {})):
            pass

    def _hears(self, number, seconds=5):
        end = time.monotonic() + seconds
        while self.has_message(max(0.0, end - time.monotonic())):
            message, _ = self.receive()
            state = message["content"].get("execution_state")
            if message["parent_header"].get("msg_id") == number and state == "idle":
                return True
        return False

    def send(self, kind, content):
        """Send a message on the shell channel; return its number."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "username": "",
            "session": "",
            "version": "5.4",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.channels.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        return number

    def has_message(self, seconds):
        """Wait at most so long for a message; tell whether one is there."""
        return bool(select.select([self.channels], [], [], seconds)[0])

    def receive(self):
        """Return the next message and its bytes on the wire; no message, if the server pings."""
        kind, frame = self.channels.recv_data_frame(control_frame=True)  # which answers a ping
        data = frame.data
        if kind == websocket.ABNF.OPCODE_CLOSE:
            raise ConnectionError("the server has closed the connection")
        if kind == websocket.ABNF.OPCODE_TEXT:
            return json.loads(data), len(data)
        if kind != websocket.ABNF.OPCODE_BINARY:
            return NO_MESSAGE, len(data)
        count = struct.unpack_from("!i", data)[0]
        starts = struct.unpack_from(f"!{count}I", data, 4)
        end = starts[1] if count > 1 else len(data)
        return json.loads(data[starts[0] : end]), len(data)

    def start(self, code):
        """Run code, and do not wait."""
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        return self.send("execute_request", content)

    def run(self, code):
        """Run code to its end; return what it printed, and the messages besides."""
        number = self.start(code)
        said, messages, waits_for = "", [], {"idle", "reply"}
        while waits_for:
            message, _ = self.receive()
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_reply":
                assert content["status"] == "ok", content
                waits_for.discard("reply")
            elif kind == "status":
                waits_for.discard(content["execution_state"])
            elif kind == "stream":
                said += content["text"]
            else:
                messages.append(message)
        return said, messages


class Slider:
    """A figure's slider, moved by hand, and the page's half of the figure.

    Parameters
    ----------
    kernel : Kernel
    figure : str
        The code that draws it.
    name : str
        What stands beside the slider.
    answers : bool
        Whether marks are answered, as a page does; without an answer nothing is sent ahead.

    Attributes
    ----------
    bytes_ahead : int
        What came for places that the slider was not at.
    """

    def __init__(self, kernel, figure, name, answers=True):
        self.kernel, self.answers = kernel, answers
        states = {}
        for message in kernel.run(figure)[1]:
            if message["msg_type"] in ("comm_open", "comm_msg"):
                state = states.setdefault(message["content"]["comm_id"], {})
                state |= message["content"]["data"].get("state", {})
        self.comm = next(comm for comm in states if states[comm].get("description") == name)
        self.canvases = {comm for comm in states if "scene" in states[comm]}
        self.value, self.stops = states[self.comm]["value"], states[self.comm]["stops"]
        self.known, self.bytes_ahead = [], 0

    def move(self, stops=1, after=0.0):
        """Move by so many stops; return the seconds until the frame for the new place is there.

        The hand moves after so many seconds, whatever comes in meanwhile.
        """
        pressed = {}

        def press():
            pressed["known"] = any(self.value in at for at in self.known)
            pressed["at"] = time.monotonic()
            pressed["number"] = self._update(self.comm, {"value": self.value})

        self.value = self.stops[(self.stops.index(self.value) + stops) % len(self.stops)]
        threading.Timer(after, press).start()
        while self._take(*self.kernel.receive()) is None or "number" not in pressed:
            pass
        return 0.0 if pressed["known"] else time.monotonic() - pressed["at"]

    def rest(self, seconds):
        """Let the hand rest, and take what comes meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.kernel.has_message(left):
                self._take(*self.kernel.receive())

    def _update(self, comm, state):
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self.kernel.send("comm_msg", {"comm_id": comm, "data": data})

    def _take(self, message, size):
        """Do what the page does with a message; return what a frame answers, else None."""
        content = message["content"]
        if message["msg_type"] != "comm_msg" or content["comm_id"] not in self.canvases:
            return None
        state = content["data"].get("state", {})
        if state.get("ahead"):
            self.known.append(state["ahead"]["at"])
            self.bytes_ahead += size
        if "mark" in state and self.answers:
            self._update(content["comm_id"], {"answered": state["mark"]})
        return message["parent_header"].get("msg_id") if "frame" in state else None
