"""The process inside the sandbox: it runs the solution cells and calls what they define.

Until the first cell runs, its code is trusted. It sets its own limits, gives up its privileges, and
then answers frames. Nothing that it sends after that is trusted. It holds no answer to any
exercise, so there is none to be found in it.

A function finds what it would find in the notebook right below its cell: the names as they were
when that cell had run, NumPy and what else a lesson's first cells import, `display`. A module that
is missing costs nothing until it is used.

Frames, each a list. ``["cell", notebook, slug, source, definitions]`` is answered by a JSON object:
"error" is the exception that ended the cell, or null; "missing", the modules that could not be
imported. With ``definitions`` true only imports, functions, classes and constants are run.
``["call", notebook, slug, function, count, arguments]`` is answered by the reply of that function,
which is to return so many values.
"""

import __future__

import ast
import contextlib
import io
import itertools
import json
import math
import os
import resource
import sys
import traceback

import numpy as np

from ....exercises.call import call
from ....exercises.values import Reply, Value, read_argument
from .protocol import MOST_MISSING, MOST_TEXT, Channel, write_reply

READY = b"ready"
# IPython allows 3000 calls within calls; here some more stand below the student's.
RECURSION = 3100
# Annotations are not evaluated, as since Python 3.14, or below a `from __future__` in any cell.
ANNOTATIONS = __future__.annotations.compiler_flag


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
    sys.setrecursionlimit(RECURSION)
    notebooks: dict[str, Notebook] = {}
    while True:
        request, *given = json.loads(channel.receive())
        notebook = notebooks.setdefault(given[0], Notebook())
        if request == "cell":
            channel.send(json.dumps(notebook.run(*given[1:])).encode())
        else:
            channel.send(_fitting(notebook.reply(*given[1:]), settings["reply"]))


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


class _Quiet:
    """Takes whatever is done to it, and does nothing: in place of IPython's shell."""

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **settings):
        return self


def _namespace() -> dict:
    # A module of its own, so that what asks for __main__ (pickle, dataclasses) finds something.
    return {
        **{"__name__": "__main__", "__builtins__": __builtins__},
        **{"np": np, "math": math, "itertools": itertools},
        **{"display": lambda *things, **settings: None, "get_ipython": _Quiet},
    }


class Notebook:
    """The names of one notebook, now and as they were when each cell had run."""

    def __init__(self):
        self._names = _namespace()
        self._after: dict[str, dict] = {}  # slug -> the names after its cell
        self._at = ""

    def run(self, slug: str, source: str, definitions: bool = False) -> dict:
        """Run a cell; return the exception that ended it, and the modules that are missing."""
        imports = _LenientImports()
        ignored = io.StringIO()
        error = None
        try:
            with contextlib.redirect_stdout(ignored), contextlib.redirect_stderr(ignored):
                tree = ast.parse(source, f"<{slug}>")
                if definitions:
                    tree.body = list(filter(_defines, tree.body))
                tree = ast.fix_missing_locations(imports.visit(tree))
                self._names[imports.NAME] = imports.missing
                code = compile(tree, f"<{slug}>", "exec", ANNOTATIONS, dont_inherit=True)
                exec(code, self._names)
        except BaseException as raised:  # SystemExit, KeyboardInterrupt: a cell ends, not more
            error = _described(raised, f"<{slug}>")
        self._after[slug], self._at = dict(self._names), slug
        missing = [str(name)[:MOST_TEXT] for name in imports.missing[:MOST_MISSING]]
        return {"error": error, "missing": missing}

    def reply(self, slug: str, name: str, count: int, arguments: list) -> Reply:
        """Call the function of an exercise, with arguments as `write_argument` wrote them."""
        if slug != self._at and slug in self._after:
            self._names.clear()
            self._names.update(self._after[slug])
            self._at = slug
        function = self._names.get(name)
        if function is None:
            return Reply(error="NotDefined", count=0)
        if not callable(function):
            return Reply(error="NotCallable", text=type(function).__name__[:MOST_TEXT], count=0)
        return call(function, map(read_argument, arguments), count)


def _defines(statement: ast.stmt) -> bool:
    """Tell whether a statement gives something a name, and takes no time over it."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return not any(isinstance(node, ast.Call) for node in ast.walk(statement))
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    return isinstance(statement, kinds)


class _LenientImports(ast.NodeTransformer):
    """Let a cell import what is missing, unless the import stands in a ``try`` or a function."""

    NAME = "__missing__"

    def __init__(self):
        self.missing: list[str] = []

    def visit_FunctionDef(self, node):
        return node  # an import in a function is missed when the function is called

    def visit_Try(self, node):
        node.handlers = [self.visit(handler) for handler in node.handlers]
        return node

    def visit_Import(self, node):
        # One by one, so that of `import numpy, torch` the first is there.
        return [self._tried(ast.copy_location(ast.Import([name]), node)) for name in node.names]

    def visit_ImportFrom(self, node):
        # The one feature left to choose is switched on, and may stand below what was taken along.
        return ast.Pass() if node.module == "__future__" else self._tried(node)

    def _tried(self, node):
        name = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        note = ast.parse(f"{self.NAME}.append({name!r})").body
        handler = ast.ExceptHandler(ast.Name("ModuleNotFoundError", ast.Load()), None, note)
        return ast.copy_location(ast.Try([node], [handler], [], []), node)


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


def _fitting(reply: Reply, most: int) -> bytes:
    payload = write_reply(reply)
    if len(payload) <= most:
        return payload
    values = tuple(Value(kind="object") for _ in reply.values)
    return write_reply(Reply(values, reply.container, reply.count, reply.changed))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
