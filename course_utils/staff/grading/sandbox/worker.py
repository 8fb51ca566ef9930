"""The process inside the sandbox: it runs the solution cells and calls what they define.

Until the first cell runs, its code is trusted. It sets its own limits, gives up its privileges, and
then answers frames. Nothing that it sends after that is trusted. It holds no answer to any
exercise, so there is none to be found in it.

Frames, each a list: ``["cell", notebook, slug, source]`` is answered by the exception that ended
the cell, or nothing; ``["call", notebook, task]``, a task with one call, by its reply.
"""

import contextlib
import io
import json
import math
import os
import resource
import sys
import traceback

import numpy as np

from ....exercises.call import call
from ....exercises.cases import Reply, Task, Value, decode
from .protocol import MOST_TEXT, Channel, write_reply

READY = b"ready"


def main(settings: dict) -> None:
    """Answer until the other end closes.

    Parameters
    ----------
    settings : dict
        "user": the number of the user to become, or None to stay; "limits": names in
        ``resource``, such as ``RLIMIT_CPU``, to numbers; "longest", "reply": bytes of a frame in,
        and out.
    """
    channel = enter(settings)
    channel.send(READY)
    notebooks: dict[str, dict] = {}
    while True:
        request, *given = json.loads(channel.receive())
        namespace = notebooks.setdefault(given[0], _namespace())
        if request == "cell":
            channel.send(json.dumps(run(given[2], given[1], namespace)).encode())
        else:
            reply = reply_of(decode(given[1].encode()), namespace)
            channel.send(_fitting(reply, settings["reply"]))


def enter(settings: dict) -> Channel:
    """Take limits upon this process and give up its privileges; see `main`.

    The caller sends `READY` when it is: what comes before counts as the start of the sandbox.
    """
    channel = _take_the_pipes(settings["longest"])
    for name, limit in settings["limits"].items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    if settings["user"] is not None:
        os.setgroups([])
        os.setresgid(*[settings["user"]] * 3)
        os.setresuid(*[settings["user"]] * 3)
    os.chdir("/tmp")
    return channel


def _take_the_pipes(longest: int) -> Channel:
    """Keep stdin and stdout for the frames; whoever writes to them from now on writes nowhere."""
    reads, writes = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return Channel(reads, writes, longest)


def _namespace() -> dict:
    # A module of its own, so that what asks for __main__ (pickle, dataclasses) finds something.
    return {"__name__": "__main__", "__builtins__": __builtins__, "np": np, "math": math}


def run(source: str, slug: str, namespace: dict) -> list | None:
    """Run a cell; return the type, text and line of the exception that ended it, or None."""
    ignored = io.StringIO()
    try:
        with contextlib.redirect_stdout(ignored), contextlib.redirect_stderr(ignored):
            exec(compile(source, f"<{slug}>", "exec", dont_inherit=True), namespace)
    except BaseException as error:  # SystemExit, KeyboardInterrupt: a cell ends, not the process
        return _described(error, f"<{slug}>")
    return None


def _described(error: BaseException, file: str) -> list:
    try:
        text = " ".join(str(error).split())[:MOST_TEXT]
    except BaseException:  # an exception whose own __str__ fails
        text = ""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == file:
            line = number
    return [type(error).__name__[:MOST_TEXT], text, line]


def reply_of(task: Task, namespace: dict) -> Reply:
    """Call the function that a task asks for, with the arguments of its only case."""
    function = namespace.get(task.function)
    if function is None:
        return Reply(error="NotDefined", count=0)
    if not callable(function):
        return Reply(error="NotCallable", text=type(function).__name__[:MOST_TEXT], count=0)
    return call(function, task.cases[0].arguments, len(task.returns))


def _fitting(reply: Reply, most: int) -> bytes:
    payload = write_reply(reply)
    if len(payload) <= most:
        return payload
    values = tuple(Value(kind="object") for _ in reply.values)
    return write_reply(Reply(values, reply.container, reply.count, reply.changed))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
