"""Every file of the course can be stored on Windows and macOS."""

import unicodedata

import pytest

DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{d}{k}" for d in ("com", "lpt") for k in "0123456789¹²³"
}
LONGEST = 120  # of 260 characters, so that a course may lie in a folder of 139


def refused_by_windows(name):
    """Return why Windows refuses a file's name in the repository, or nothing."""
    if len(name) > LONGEST:
        return "too long"
    for part in name.split("/"):
        if any(character in '<>:"\\|?*' or ord(character) < 32 for character in part):
            return "a character that Windows keeps for itself"
        if part[-1] in ". ":
            return "a dot or a space at its end"
        if part.split(".")[0].rstrip().lower() in DEVICES:
            return "the name of a device"
    return ""


def clashes(names):
    """Return pairs of names that are one file where capitals or accents do not tell them apart."""
    seen, found = {}, []
    for name in names:
        parts = name.split("/")
        for k in range(1, len(parts) + 1):
            path = "/".join(parts[:k])
            first = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
            found += [(first, path)] if first != path else []
    return found


@pytest.mark.parametrize(
    "name",
    [
        *("a:b.md", "notes/what?.md", 'x".py', "a\\b", "tab\t", "end.", "x /y"),
        *("nul", "docs/Aux.tar.gz", "com1.py", "a" * 121),
    ],
)
def test_a_name_that_windows_refuses_is_found(name):
    assert refused_by_windows(name)


def test_no_file_has_a_name_that_windows_refuses_or_takes_for_another(tracked):
    assert clashes(["a/README", "A/readme"]) == [("a", "A"), ("a/README", "A/readme")]
    assert len(tracked) > 300
    assert {name: why for name in tracked if (why := refused_by_windows(name))} == {}
    assert clashes(tracked) == []
