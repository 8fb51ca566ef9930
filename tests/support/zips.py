"""Zips as platforms make them."""

import struct
import zipfile
from datetime import UTC, datetime

#: When what is packed was handed in, unless a test says otherwise.
AT = datetime(2026, 11, 2, 23, 58, tzinfo=UTC)


def entry(name, at=AT, **changes):
    """Return a zip's entry with its time in UTC, as ILIAS and others write it."""
    info = zipfile.ZipInfo(name)
    info.extra = struct.pack("<HHBi", 0x5455, 5, 1, int(at.timestamp()))
    info.compress_type = zipfile.ZIP_DEFLATED
    for key, value in changes.items():
        setattr(info, key, value)
    return info


def packed(path, files):
    """Write a zip of names, or entries, and contents; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else entry(name), content)
    return path
