"""What passes through the wall arrives as it was sent, or not at all, and always in time."""

import json
import os
import struct
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises.values import NUMERIC, Reply, Value
from course_utils.staff.grading.sandbox.protocol import (
    Channel,
    Closed,
    Garbled,
    Silence,
    read_reply,
    write_reply,
)


@pytest.fixture
def ends():
    """Return the two ends of a connection; frames have at most 1000 bytes."""
    there, back = os.pipe(), os.pipe()
    try:
        yield Channel(back[0], there[1], 1000), Channel(there[0], back[1], 1000)
    finally:
        for descriptor in {*there, *back}:
            try:
                os.close(descriptor)
            except OSError:  # closed by the test
                continue


def soon(seconds=5.0):
    """Return a function that tells whether so many seconds have passed."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


@pytest.mark.parametrize("payload", [b"", b"x", bytes(1000)])
def test_a_frame_arrives(ends, payload):
    ours, theirs = ends
    ours.send(payload, soon())
    assert theirs.receive(soon()) == payload


def test_a_frame_larger_than_any_pipe_arrives():
    reads, writes = os.pipe()
    out, into = Channel(reads, writes, 0), Channel(reads, writes, 10**7)
    payload = os.urandom(3 * 10**6)
    sender = threading.Thread(target=out.send, args=(payload, soon(30)))
    sender.start()
    assert into.receive(soon(30)) == payload
    sender.join()
    os.close(reads)
    os.close(writes)


def test_a_frame_that_announces_too_much_is_refused_before_it_is_read(ends):
    ours, theirs = ends
    theirs.send(bytes(1001), soon())
    with pytest.raises(Garbled, match="at most 1000 bytes, got 1001"):
        ours.receive(soon())


def test_nothing_and_half_a_frame_are_silence(ends):
    ours, theirs = ends
    for sent in (b"", struct.pack("!I", 10), b"half"):
        os.write(theirs._writes, sent)
        began = time.monotonic()
        with pytest.raises(Silence):
            ours.receive(soon(0.05))
        assert time.monotonic() - began >= 0.04


def test_what_came_late_is_not_lost(ends):
    ours, theirs = ends
    frame = struct.pack("!I", 10) + b"0123456789"
    for part in (frame[:2], frame[2:9], b""):
        os.write(theirs._writes, part)
        with pytest.raises(Silence):
            ours.receive(soon(0.02))
    os.write(theirs._writes, frame[9:] + frame)
    assert [ours.receive(soon()), ours.receive(soon())] == 2 * [b"0123456789"]


def test_whoever_answers_by_the_byte_is_silence_too(ends):
    ours, theirs = ends

    def trickle():
        theirs_end = theirs._writes
        for byte in struct.pack("!I", 1000) + bytes(100):
            os.write(theirs_end, bytes([byte]))
            time.sleep(0.005)  # so that the other end never waits in vain

    sender = threading.Thread(target=trickle)
    sender.start()
    with pytest.raises(Silence):
        ours.receive(soon(0.1))
    assert sender.is_alive()
    sender.join()


def test_a_reader_that_does_not_read_is_silence(ends):
    ours, _ = ends
    with pytest.raises(Silence):
        ours.send(bytes(10**6), soon(0.05))


def test_an_end_that_closes_is_known(ends):
    ours, theirs = ends
    os.close(theirs._writes)
    with pytest.raises(Closed):
        ours.receive(soon())
    os.close(theirs._reads)
    with pytest.raises(Closed):
        ours.send(b"x", soon())


arrays = st.lists(st.integers(0, 3), max_size=3).map(
    lambda shape: np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape) / 7
)
values = st.builds(Value, arrays, st.sampled_from(NUMERIC), st.booleans())
texts = st.text(max_size=200)
replies = st.builds(
    Reply,
    values=st.lists(values, max_size=8).map(tuple),
    container=st.sampled_from(["single", "tuple", "list", "array"]),
    count=st.integers(0, 10**6),
    changed=st.lists(st.integers(0, 9), max_size=5).map(tuple),
    error=texts,
    text=texts,
    line=st.none() | st.integers(0, 10**6),
    printed=texts,
    printed_lines=st.integers(0, 10**9),
)


@given(replies)
def test_a_reply_comes_back_as_it_was(reply):
    came = read_reply(write_reply(reply))
    for name in ("container", "count", "changed", "error", "text", "line", "printed"):
        assert getattr(came, name) == getattr(reply, name), name
    assert came.printed_lines == reply.printed_lines
    for a, b in zip(came.values, reply.values, strict=True):
        assert (a.kind, a.listed, a.array.shape) == (b.kind, b.listed, b.array.shape)
        assert a.array.dtype == np.float64
        assert a.array.tobytes() == b.array.tobytes()


def test_infinities_and_nan_come_back_bit_for_bit():
    odd = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
    assert read_reply(write_reply(Reply((Value(odd),)))).values[0].array.tobytes() == odd.tobytes()


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_reply_or_garbled(payload):
    try:
        read_reply(payload)
    except Garbled:
        return
    raise AssertionError("random bytes were taken for a reply")


GOOD = json.loads(write_reply(Reply((Value(np.zeros(2)),), text="x"))[4:-16])


@given(
    st.sampled_from(sorted(GOOD)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=6,
    ),
)
def test_a_reply_with_one_field_bent_is_a_reply_within_bounds_or_garbled(name, value):
    text = json.dumps({**GOOD, name: value}).encode()
    try:
        came = read_reply(struct.pack("!I", len(text)) + text + bytes(16))
    except Garbled:
        return
    assert max(len(came.text), len(came.error), len(came.printed)) <= 200
    assert all(one.array.nbytes <= 16 for one in came.values)
    assert type(came.count) is type(came.printed_lines) is int


@pytest.mark.parametrize(
    "shape",
    [[3], [1, 1, 3], [-2], [2.0], [True, 2], ["2"], [2**31, 2**31], [0, 2**31, 2**31], [1] * 9],
)
def test_a_shape_that_its_numbers_do_not_fill_is_garbled(shape):
    text = json.dumps({**GOOD, "values": [["float64", False, *shape]]}).encode()
    with pytest.raises(Garbled):
        read_reply(struct.pack("!I", len(text)) + text + bytes(16))


def test_a_head_nested_beyond_all_measure_is_garbled():
    text = b"[" * 100_000
    with pytest.raises(Garbled):
        read_reply(struct.pack("!I", len(text)) + text)
