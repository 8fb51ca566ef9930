r"""A safe parser for a formula in ``w1`` and ``w2``, with its exact gradient.

`parse` turns a text such as ``"sin(w1) + cos(w2)"`` into a `Formula`. For any other text it raises
a `FormulaError`, which holds the place of the mistake and says in one sentence what to write
instead. A formula may contain

- the weights ``w1`` and ``w2``, numbers such as ``2``, ``0.5`` and ``1e-3``, ``pi`` and ``e``;
- ``+ - * /``, a sign, parentheses, and powers as ``^`` or ``**``, with Python's precedence:
  ``-w1^2`` is ``-(w1^2)`` and ``2^3^2`` is ``2^(3^2)``;
- ``w₁``, ``w₂``, ``−`` and ``·`` for the same, as figures write them;
- the functions in the table below: ``sin cos tan``, ``asin acos atan`` (also ``arcsin …``),
  ``sinh cosh tanh sigmoid``, ``exp``, ``log`` or ``ln``, ``log2 log10 sqrt abs``.

Reading has three steps, in which text from outside is never compiled or evaluated:

1. `_read` cuts the text into numbers, names and signs and checks that they can follow each other.
   Here a mistake's place is known, and often what was meant.
2. Python's own grammar (`ast.parse`) then builds the tree. It gets not the text, but a new text
   written from the pieces just checked.
3. `_Tape` walks the tree, accepts the six kinds of nodes that a formula needs, and makes a flat
   list of operations. Running the list forwards gives the value, then backwards both derivatives
   (reverse-mode automatic differentiation).

Everything is float64, for single points and for arrays, and follows NumPy: an undefined value is
nan, an infinite one inf, and nothing warns. The derivative of ``abs`` at 0 is 0, that of ``sqrt``
at 0 is inf, and the gradient is nan wherever the value is nan (``log`` and ``sqrt`` of a negative
number). It is also nan where the chain rule multiplies 0 by inf, as for ``w1*sqrt(w1)`` at 0.

This module imports NumPy and nothing of the course.
"""

import ast
import difflib
import math
import operator
import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np

__all__ = ["Formula", "FormulaError", "parse"]

MAX_CHARACTERS = 1000
MAX_PIECES = 300  # numbers, names and signs; it also bounds the depth of the tree
MAX_NESTING = 40  # parentheses within each other
MAX_EXPONENT = 100

CONSTANTS = {"pi": math.pi, "e": math.e}


class FormulaError(ValueError):
    """A text that is not a formula in w1 and w2.

    Attributes
    ----------
    reason : str
        What is wrong and what to write instead, one sentence without a full stop.
    text : str
        The text given to `parse`.
    position : int
        Where the wrong piece begins in ``text``, counted from 0. It is the length of the text if
        something is missing at its end.
    """

    def __init__(self, reason, text, position):
        super().__init__(reason, text, position)  # all of them, so that the error can be pickled
        self.reason, self.text, self.position = reason, text, position

    def __str__(self):
        return f"{self.reason} (at position {self.position})"

    def caret(self):
        """Return two lines: the part of the text around the mistake, and a caret below it."""
        begin = self.text.rfind("\n", 0, self.position) + 1
        end = self.text.find("\n", self.position)
        end = len(self.text) if end < 0 else end
        left, right = max(begin, self.position - 40), min(end, self.position + 40)
        # Every character is shown as one sign, so that the caret is below its place.
        shown = "".join(c if c.isprintable() else " " for c in self.text[left:right])
        before, after = "…" * (left > begin), "…" * (right < end)
        return f"{before}{shown}{after}\n{' ' * (len(before) + self.position - left)}^"


class Formula:
    """An error function of two weights, read from a text by `parse`.

    Attributes
    ----------
    text : str
        The text given to `parse`.
    """

    def __init__(self, text, tape):
        self.text, self._tape = text, tape

    def __repr__(self):
        return f"Formula({self.text!r})"

    def error(self, w1, w2):
        """Return the value at the weights, two floats or two float64 arrays of one shape.

        A formula that contains no weight gives one number for every shape.
        """
        with np.errstate(all="ignore"):
            return self._tape.forwards(w1, w2)[self._tape.end]

    def slopes(self, w1, w2):
        """Return the derivatives with respect to w1 and to w2 at the same weights as `error`.

        The derivative with respect to a weight that the formula does not contain is the number 0.
        """
        with np.errstate(all="ignore"):
            return self._tape.backwards(self._tape.forwards(w1, w2))


def parse(text):
    """Read a formula.

    Parameters
    ----------
    text : str
        For example ``"3*w1^2 + 10*w2^2"``.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        If the text is no formula as described at the head of this module, is too long (more than
        1000 characters or 300 numbers, names and signs) or nested too deeply (more than 40
        parentheses), has a constant exponent beyond ±100, or computes a number that is not finite,
        such as 1/0.
    """
    if not isinstance(text, str):
        raise FormulaError(
            f"expected a formula as text, such as 'w1^2 + w2^2', got {type(text).__name__}", "", 0
        )
    pieces = _read(text)
    spelling, places = _spell(pieces)
    return Formula(text, _Tape(text, places, ast.parse(spelling, mode="eval").body))


# ---------------------------------------------------------------------------------------------
# What can be computed: name -> (value, pull).
#
# `bar` is the derivative of the whole formula with respect to this result y. `pull(bar, y, a)` or
# `pull(bar, y, a, b)` returns the derivative with respect to each argument: `bar` times dy/da.


def _pull_power(bar, y, a, b):
    """Return both derivatives of a^b; for a = 0 and b > 0 that along b is 0."""
    per_exponent = np.where((a == 0) & (b > 0), 0.0, y * np.log(a))
    return bar * b * a ** (b - 1), bar * per_exponent


OPERATIONS = {
    "+": (operator.add, lambda bar, y, a, b: (bar, bar)),
    "-": (operator.sub, lambda bar, y, a, b: (bar, -bar)),
    "*": (operator.mul, lambda bar, y, a, b: (bar * b, bar * a)),
    "/": (operator.truediv, lambda bar, y, a, b: (bar / b, -bar * y / b)),
    "^": (operator.pow, _pull_power),
    # With a constant exponent no logarithm is needed, so a negative base is allowed.
    "^constant": (operator.pow, lambda bar, y, a, b: (bar * (b * a ** (b - 1)), 0.0)),
    "negative": (operator.neg, lambda bar, y, a: (-bar,)),
}

FUNCTIONS = {
    "sin": (np.sin, lambda bar, y, a: (bar * np.cos(a),)),
    "cos": (np.cos, lambda bar, y, a: (-bar * np.sin(a),)),
    "tan": (np.tan, lambda bar, y, a: (bar * (1 + y * y),)),
    "asin": (np.arcsin, lambda bar, y, a: (bar / np.sqrt((1 - a) * (1 + a)),)),
    "acos": (np.arccos, lambda bar, y, a: (-bar / np.sqrt((1 - a) * (1 + a)),)),
    "atan": (np.arctan, lambda bar, y, a: (bar / (1 + a * a),)),
    "sinh": (np.sinh, lambda bar, y, a: (bar * np.cosh(a),)),
    "cosh": (np.cosh, lambda bar, y, a: (bar * np.sinh(a),)),
    "tanh": (np.tanh, lambda bar, y, a: (bar * (1 - y) * (1 + y),)),
    # 1 - y would cancel for large a.
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda bar, y, a: (bar * y / (1 + np.exp(a)),)),
    "exp": (np.exp, lambda bar, y, a: (bar * y,)),
    "log": (np.log, lambda bar, y, a: (bar / a,)),
    "log2": (np.log2, lambda bar, y, a: (bar / (a * math.log(2)),)),
    "log10": (np.log10, lambda bar, y, a: (bar / (a * math.log(10)),)),
    "sqrt": (np.sqrt, lambda bar, y, a: (bar / (2 * y),)),
    "abs": (np.abs, lambda bar, y, a: (bar * np.sign(a),)),
}
FUNCTIONS |= {
    "ln": FUNCTIONS["log"],
    "arcsin": FUNCTIONS["asin"],
    "arccos": FUNCTIONS["acos"],
    "arctan": FUNCTIONS["atan"],
}


# ---------------------------------------------------------------------------------------------
# Step 1: from text to pieces.

_PIECE = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<operator>\*\*|[-+*/^])
      | (?P<parenthesis>[()])""",
    re.VERBOSE,
)

# What figures write on their axes and in their numbers, and a keyboard's word of the same length.
_KEYBOARD = {"w₁": "w1", "w₂": "w2", "−": "-", "·": "*"}
_ON_AXES = re.compile("|".join(_KEYBOARD))

# Signs that are used elsewhere, and what to write here.
_HINTS = {
    "'": "no text in quotes is needed",
    '"': "no text in quotes is needed",
    ".": "a point belongs into a number, such as 0.5",
    ";": "a formula is one expression without ';'",
    "[": "write w1 and w2 for the weights, and round parentheses",
    "]": "write w1 and w2 for the weights, and round parentheses",
    "{": "use round parentheses",
    "}": "use round parentheses",
    "|": "write abs(w1) for an absolute value",
    "<": "a comparison has no place in a formula",
    ">": "a comparison has no place in a formula",
    "!": "factorials and comparisons have no place in a formula",
    "%": "a remainder has no place in a formula, write / for a division",
    "²": "write ^2",
    "³": "write ^3",
    "×": "write *",
    "∗": "write *",
    "÷": "write /",
    "–": "write the minus sign of the keyboard, -",
    "√": "write sqrt(w1)",
    "π": "write pi",
}


def _shorten(piece):
    return piece if len(piece) <= 20 else f"{piece[:19]}…"


def _quote(piece):
    """Return a piece of the text in a form that is safe and short enough for a message."""
    if piece.isprintable():
        return '"\'"' if piece == "'" else f"'{_shorten(piece)}'"
    return " ".join(f"U+{ord(c):04X}" for c in piece)


class _Piece(NamedTuple):
    """A number, name, function, operator, parenthesis or unknown sign; or the start or the end."""

    kind: str
    text: str
    position: int

    @property
    def is_complete(self):
        """Whether an operand may end with this piece, so that only an operator can follow."""
        return self.kind in ("number", "name") or self.text == ")"


def _cut(text):
    """Return the pieces of any text, without its spaces and with a last piece for its end."""
    text = _ON_AXES.sub(lambda match: _KEYBOARD[match[0]], text)
    pieces, position = [], 0
    while position < len(text):
        match = _PIECE.match(text, position)
        kind, word = (match.lastgroup, match[0]) if match else ("unknown", text[position])
        if word in FUNCTIONS:
            kind = "function"
        if kind != "space":
            pieces.append(_Piece(kind, word, position))
        position += len(word)
    return [*pieces, _Piece("end", "", position)]


def _read(text):
    """Return the pieces of a formula, or raise a FormulaError about the first wrong one.

    The pieces returned are a correct expression: operands and operators alternate, parentheses
    pair up and are not empty, every name is known and every function has its argument.
    """
    if len(text) > MAX_CHARACTERS:
        reason = f"a formula has at most {MAX_CHARACTERS} characters, and this one has {len(text)}"
        raise FormulaError(reason, text, MAX_CHARACTERS)
    _refuse_equals(text)
    *pieces, end = _cut(text)
    if len(pieces) > MAX_PIECES:
        reason = f"a formula has at most {MAX_PIECES} numbers, names and signs"
        raise FormulaError(reason, text, pieces[MAX_PIECES].position)

    open_parentheses = []
    before = _Piece("start", "", 0)
    for piece, after in pairwise([*pieces, end, end]):
        reason = _about_piece(piece, before, after) or _about_order(piece, before)
        if reason:
            raise FormulaError(reason, text, piece.position)
        if piece.text == "(":
            open_parentheses.append(piece)
            if len(open_parentheses) > MAX_NESTING:
                reason = f"parentheses may stand within each other at most {MAX_NESTING} deep"
                raise FormulaError(reason, text, piece.position)
        elif piece.text == ")":
            if not open_parentheses:
                raise FormulaError(_CLOSES_NOTHING, text, piece.position)
            open_parentheses.pop()
        before = piece
    if open_parentheses:
        reason = "this '(' is never closed: add a ')' after what belongs to it"
        raise FormulaError(reason, text, open_parentheses[-1].position)
    return pieces


_CLOSES_NOTHING = "this ')' closes nothing: remove it or add a '(' before it"


def _refuse_equals(text):
    """Raise a FormulaError about an equation or a comparison, before all other mistakes."""
    found = re.search("[<>!=]?=+", text)
    if found is None:
        return
    if found[0] == "=":
        reason = "'=' has no place in a formula: write only what would stand to its right"
    else:
        reason = "a comparison has no place in a formula: write one expression in w1 and w2"
    raise FormulaError(reason, text, found.start())


def _about_piece(piece, before, after):
    """Return what is wrong with a piece itself, or None."""
    match piece.kind:
        case "unknown":
            return _about_unknown(piece.text, before, after)
        case "number" if not math.isfinite(float(piece.text)):
            return f"the number {_quote(piece.text)} is too large: the largest is about 1.8e308"
        case "number" if _is_unfinished(piece, after):
            number = _shorten(piece.text)
            return (
                f"the number {_quote(piece.text + after.text)} is unfinished: write {number}e-3 "
                f"for an exponent, or {number}*e for a product"
            )
        case "function" if after.text != "(":
            argument = _shorten(after.text) if after.kind in ("number", "name") else "w1"
            return f"{piece.text} needs its argument in parentheses: write {piece.text}({argument})"
        case "name" if piece.text not in ("w1", "w2", *CONSTANTS):
            return f"{_quote(piece.text)} is not known: {_hint_for_name(piece.text)}"
    return None


def _is_unfinished(number, after):
    """Tell whether an e follows a number without one at once, as in 1e or 2.5e+."""
    touches = after.position == number.position + len(number.text)
    return after.text in ("e", "E") and touches and "e" not in number.text.lower()


def _about_unknown(sign, before, after):
    if sign == ",":
        if before.text.isdecimal() and after.text.isdecimal():
            left, right = _shorten(before.text), _shorten(after.text)
            return (
                "a decimal number is written with a point: "
                f"write {left}.{right}, not {left},{right}"
            )
        return "a comma has no place in a formula: every function takes one argument"
    hint = "a formula is made of w1, w2, numbers, + - * / ^, parentheses and functions"
    return f"{_quote(sign)} is not understood: {_HINTS.get(sign, hint)}"


def _hint_for_name(name):
    if re.fullmatch("[wWxXyY]_?[0-9]*", name):
        return "the only variables are w1 and w2"
    if re.fullmatch("(w[12])+", name):
        return f"write {_shorten('*'.join(re.findall('w[12]', name)))} for a product"
    if name == "pow":
        return "write a power as w1^2"
    known = ["w1", "w2", *CONSTANTS, *FUNCTIONS]
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else f"a formula may use {', '.join(known)}"


def _about_order(piece, before):
    """Return why a piece cannot follow the one before it, or None if it can."""
    if piece.kind in ("number", "name", "function") or piece.text == "(":
        return _about_missing_operator(before, piece) if before.is_complete else None
    if before.is_complete or piece.text in ("+", "-"):
        return None
    return _about_missing_operand(before, piece)


def _about_missing_operator(before, piece):
    left, right = before.text, f"{piece.text}(" if piece.kind == "function" else piece.text
    if ")" in left or "(" in right:  # one parenthesis alone would make no good example
        product = "write * between them for a product"
    else:
        product = f"write {_shorten(left)}*{_shorten(right)} for a product"
    return f"an operator is missing between {_quote(left)} and {_quote(right)}: {product}"


def _about_missing_operand(before, piece):
    if piece.kind == "end":
        if before.kind == "start":
            return "the formula is empty: write one such as w1^2 + w2^2"
        return f"something is missing after {_quote(before.text)}: the formula ends there"
    if piece.text == ")" and before.kind == "start":
        return _CLOSES_NOTHING
    if piece.text == ")" and before.text == "(":
        return "the parentheses are empty: write an expression such as w1 between them"
    if before.text == piece.text == "/":
        return "'//' has no place in a formula: write / for a division"
    if before.kind == "operator":
        between = f"between {_quote(before.text)} and {_quote(piece.text)}"
        return f"something is missing {between}: write a number, w1 or w2 there"
    return f"something is missing before {_quote(piece.text)}: write a number, w1 or w2 there"


# ---------------------------------------------------------------------------------------------
# Step 2: from pieces to a spelling that Python's grammar reads.


def _spell(pieces):
    """Return the pieces as Python spells them, and where each of them begins and ends in the text.

    Numbers are written as floats, so that no power of integers can grow without bound. The second
    result maps every offset at which a piece begins or ends in the spelling to the text's offset.
    """
    spelling, places = "", {}
    for kind, word, position in pieces:
        places["begin", len(spelling)] = position
        spelling += repr(float(word)) if kind == "number" else "**" if word == "^" else word
        places["end", len(spelling)] = position + len(word)
        spelling += " "
    return spelling, places


# ---------------------------------------------------------------------------------------------
# Step 3: from the tree to a list of operations.

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}


class _Tape:
    """The operations of a formula in the order in which they are done.

    Every number of the computation has a slot: slots 0 and 1 are the weights, the others are
    constants and results. What contains no weight is computed once, by the constructor.
    """

    def __init__(self, text, places, tree):
        self.text, self.places = text, places
        self.slots = [None, None]  # None for what is computed only when the tape runs
        self.steps = []  # (slot of the result, value, pull, slot of a, slot of b or None)
        self.end = self._add(tree)  # the slot of the formula's value

    def _add(self, node):
        """Append what a node of the tree computes, and return the slot of its result."""
        match node:
            case ast.Constant(value=float(number)):
                return self._constant(number)
            case ast.Name(id="w1" | "w2" as name):
                return ("w1", "w2").index(name)
            case ast.Name(id=name) if name in CONSTANTS:
                return self._constant(CONSTANTS[name])
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._add(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._result(node, OPERATIONS["negative"], self._add(operand))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
                name = _OPERATORS[type(sign)]
                a, b = self._add(left), self._add(right)
                if name == "^" and self.slots[b] is not None:
                    return self._constant_power(node, a, b)
                return self._result(node, OPERATIONS[name], a, b)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if (
                name in FUNCTIONS
            ):
                return self._result(node, FUNCTIONS[name], self._add(argument))
        raise self._error("{} has no place in a formula", node)

    def forwards(self, w1, w2):
        """Return the contents of all slots at the weights."""
        slots = self.slots.copy()
        # A Python float would raise where NumPy answers inf or nan.
        slots[0] = np.float64(w1) if isinstance(w1, float) else w1
        slots[1] = np.float64(w2) if isinstance(w2, float) else w2
        for result, value, _, a, b in self.steps:
            slots[result] = value(slots[a]) if b is None else value(slots[a], slots[b])
        return slots

    def backwards(self, slots):
        """Return the derivatives of the value with respect to the two weights."""
        bars = [0.0] * len(slots)
        bars[self.end] = 1.0
        for result, _, pull, a, b in reversed(self.steps):
            if b is None:
                (to_a,) = pull(bars[result], slots[result], slots[a])
            else:
                to_a, to_b = pull(bars[result], slots[result], slots[a], slots[b])
                bars[b] = bars[b] + to_b
            bars[a] = bars[a] + to_a
        undefined = np.isnan(slots[self.end])
        if np.any(undefined):
            return np.where(undefined, np.nan, bars[0]), np.where(undefined, np.nan, bars[1])
        return bars[0], bars[1]

    def _constant(self, number):
        self.slots.append(np.float64(number))
        return len(self.slots) - 1

    def _constant_power(self, node, a, b):
        exponent = self.slots[b]
        if abs(exponent) > MAX_EXPONENT:
            raise self._error(
                "the exponent {} is too large: "
                f"a formula may use exponents from -{MAX_EXPONENT} to {MAX_EXPONENT}",
                node.right,
            )
        if exponent == 0:  # a^0 is 1 everywhere, also where its derivative would be 0 times inf
            return self._constant(1.0)
        return self._result(node, OPERATIONS["^constant"], a, b)

    def _result(self, node, operation, a, b=None):
        value, pull = operation
        arguments = [self.slots[a]] if b is None else [self.slots[a], self.slots[b]]
        if any(argument is None for argument in arguments):
            self.slots.append(None)
            self.steps.append((len(self.slots) - 1, value, pull, a, b))
            return len(self.slots) - 1
        with np.errstate(all="ignore"):
            number = value(*arguments)
        if not np.isfinite(number):
            raise self._error("{} is not a finite number, so it cannot stand in a formula", node)
        return self._constant(number)

    def _error(self, reason, node):
        """Make a FormulaError about a node; the braces in the reason stand for its text."""
        begin, end = self.places["begin", node.col_offset], self.places["end", node.end_col_offset]
        piece = " ".join(self.text[begin:end].split())  # it may run over several lines
        return FormulaError(reason.format(_quote(piece)), self.text, begin)
