"""What numbers on the command line must be: functions for argparse's ``type``.

Each returns the number, or raises `argparse.ArgumentTypeError` with a sentence.
"""

import argparse
import reprlib


def port(text):
    """Return a port as a number, or say what one is."""
    if not (text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535):
        came = reprlib.repr(text)  # which shortens what is long
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, got {came}")
    return int(text)


def count(text):
    """Return a number of workers, or say what one is."""
    if not (text.isdecimal() and len(text) <= 4 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {reprlib.repr(text)}")
    return int(text)


def seed(text):
    """Return a seed, or say what one is."""
    if not (text.isdecimal() and len(text) <= 18):
        came = reprlib.repr(text)
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at most 18 digits, got {came}"
        )
    return int(text)
