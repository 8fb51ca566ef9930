"""The frames that pass through the wall between grader and sandbox.

A frame is a length of four bytes and that many bytes. Towards the sandbox it is JSON. Back come
replies: a JSON head of four bytes' length, and behind it the returned numbers as raw float64.
Nothing is unpickled or evaluated, no length is believed before it is compared with a limit, and
whoever reads or writes is asked, while it waits, whether it was long enough: whatever speaks at the
other end, `Channel` answers with bytes, a `Garbled` or a `Silence`. ``worker`` uses the same
functions from the inside.
"""

import json
import math
import os
import select
import struct
from collections.abc import Callable

import numpy as np

from ....exercises.values import NUMERIC, Reply, Value

_LENGTH = struct.Struct("!I")
MOST_AT_ONCE = 65536  # bytes of one look; what belongs to the next frame is kept for it
LOOK = 0.05  # seconds of waiting, by the wall clock, after which a `Channel` asks whether to go on
KINDS = (*NUMERIC, "none", "text", "complex", "object")
CONTAINERS = ("single", "tuple", "list", "array")
# More than any honest reply has: `exercises.call` keeps within all of these.
MOST_VALUES, MOST_TEXT, MOST_DIMENSIONS, MOST_COUNT = 8, 200, 8, 2**31
# Names of missing modules that a cell's answer holds.
MOST_MISSING = 20


class Garbled(ValueError):  # noqa: N818
    """What came back is no reply."""


class Silence(TimeoutError):  # noqa: N818
    """Nothing, or not everything, came back in time."""


class Closed(EOFError):  # noqa: N818
    """The other end is gone."""


class Channel:
    """Frames over two file descriptors, with an end to all waiting.

    Where a method takes ``is_over``, it is a function that tells whether to give up. It is asked
    each time that nothing came, or went, for `LOOK` seconds, and when a part did that is not all.

    Parameters
    ----------
    reads, writes : int
        Descriptors; they are switched to non-blocking.
    longest : int
        Bytes of the longest frame that is taken in.
    """

    def __init__(self, reads: int, writes: int, longest: int):
        self._reads, self._writes, self._longest = reads, writes, longest
        self._come = bytearray()
        for descriptor in (reads, writes):
            os.set_blocking(descriptor, False)

    def send(self, payload: bytes, is_over: Callable[[], bool] | None = None) -> None:
        """Write a frame.

        Raises
        ------
        Silence
            If the other end does not take it in time.
        Closed
            If the other end is gone.
        """
        rest = memoryview(_LENGTH.pack(len(payload)) + payload)
        while rest:
            try:
                rest = rest[os.write(self._writes, rest) :]
            except BlockingIOError:
                _wait(self._writes, select.POLLOUT, is_over)
                continue
            except BrokenPipeError:
                raise Closed("the other end is gone") from None
            if rest and is_over:
                _go_on(is_over)

    def receive(self, is_over: Callable[[], bool] | None = None) -> bytes:
        """Read a frame.

        Nothing is allocated for a frame that is too long. What has come of one when time is up is
        kept: the next call goes on with it.

        Raises
        ------
        Silence
            If it is not there in time.
        Closed
            If the other end is gone.
        Garbled
            If it is too long.
        """
        self._gather(_LENGTH.size, is_over)
        (length,) = _LENGTH.unpack_from(self._come)
        if length > self._longest:
            raise Garbled(f"expected at most {self._longest} bytes, got {length}")
        self._gather(_LENGTH.size + length, is_over)
        end = _LENGTH.size + length
        frame = bytes(self._come[_LENGTH.size : end])
        del self._come[:end]
        return frame

    def _gather(self, count: int, is_over: Callable[[], bool] | None) -> None:
        while len(self._come) < count:
            _wait(self._reads, select.POLLIN, is_over)
            try:
                part = os.read(self._reads, MOST_AT_ONCE)
            except BlockingIOError:
                continue
            if not part:
                raise Closed("the other end is gone")
            self._come += part
            if len(self._come) < count and is_over:
                _go_on(is_over)


def _wait(descriptor: int, event: int, is_over: Callable[[], bool] | None) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    while not poll.poll(LOOK * 1000 if is_over else None):
        _go_on(is_over)


def _go_on(is_over: Callable[[], bool]) -> None:
    if is_over():
        raise Silence("nothing came in time")


def write_reply(reply: Reply) -> bytes:
    """Return a reply as the payload of a frame."""
    head = {
        "container": reply.container,
        "count": min(reply.count, MOST_COUNT),
        "changed": list(reply.changed),
        "error": reply.error[:MOST_TEXT],
        "text": reply.text,
        "line": reply.line,
        "printed": reply.printed,
        "printed_lines": min(reply.printed_lines, MOST_COUNT),
        "values": [[value.kind, value.listed, *value.array.shape] for value in reply.values],
    }
    text = json.dumps(head).encode()
    arrays = [value.array.astype("<f8").tobytes() for value in reply.values]
    return b"".join([_LENGTH.pack(len(text)), text, *arrays])


def read_reply(payload: bytes) -> Reply:
    """Read a reply from the payload of a frame, believing nothing.

    Raises
    ------
    Garbled
        If it is none.
    """
    try:
        (length,) = _LENGTH.unpack_from(payload)
        head = json.loads(payload[_LENGTH.size : _LENGTH.size + length])
        numbers = memoryview(payload)[_LENGTH.size + length :]
        _require(isinstance(head, dict) and isinstance(head["values"], list))
        _require(len(head["values"]) <= MOST_VALUES)
        values = []
        for kind, listed, *shape in head["values"]:
            _require(kind in KINDS and isinstance(listed, bool))
            _require(len(shape) <= MOST_DIMENSIONS)
            size = 8 * math.prod(_count(length) for length in shape)
            _require(size <= len(numbers))
            array = np.frombuffer(numbers[:size], "<f8").astype(np.float64).reshape(shape)
            values.append(Value(array, kind, listed))
            numbers = numbers[size:]
        _require(not numbers)
        _require(isinstance(head["changed"], list) and len(head["changed"]) <= MOST_VALUES * 2)
        _require(head["container"] in CONTAINERS)
        return Reply(
            values=tuple(values),
            container=head["container"],
            count=_count(head["count"]),
            changed=tuple(_count(place) for place in head["changed"]),
            error=_text(head["error"]),
            text=_text(head["text"]),
            line=None if head["line"] is None else _count(head["line"]),
            printed=_text(head["printed"]),
            printed_lines=_count(head["printed_lines"]),
        )
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Garbled(f"expected a reply, got something else ({type(error).__name__})") from None


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("a rule of the protocol is broken")


def _count(value) -> int:
    _require(type(value) is int and 0 <= value <= MOST_COUNT)
    return value


def _text(value) -> str:
    _require(isinstance(value, str) and len(value) <= MOST_TEXT)
    return value
