"""Numbers on the command line: functions for argparse's ``type``.

Each returns the number, or raises `argparse.ArgumentTypeError` with a sentence. The text is
shortened in it.
"""

import argparse
import re
import reprlib


def port(text):
    """Return a port as a number, from 1 to 65535."""
    if not (text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535):
        short = reprlib.repr(text)
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {short}")
    return int(text)


def count(text):
    """Return a number of workers, 1 or more."""
    if not (text.isdecimal() and len(text) <= 4 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {reprlib.repr(text)}")
    return int(text)


def amount(text):
    """Return a number of days or the like, 0 or more."""
    if not (text.isdecimal() and len(text) <= 3):
        raise argparse.ArgumentTypeError(f"expected a number from 0, got {reprlib.repr(text)}")
    return int(text)


def weight(text):
    """Return a name and its weight, 0 or more, from "name=1.5"."""
    name, _, number = text.partition("=")
    if not (name and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", number)):
        short = reprlib.repr(text)
        raise argparse.ArgumentTypeError(f"expected ASSIGNMENT=NUMBER, got {short}")
    return name, float(number)


def seed(text):
    """Return a seed: a whole number of at most 18 digits."""
    if not (text.isdecimal() and len(text) <= 18):
        short = reprlib.repr(text)
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at most 18 digits, got {short}"
        )
    return int(text)
