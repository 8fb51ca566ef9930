"""The files of a download, a zip or a folder, read without trusting it.

Nothing is unpacked by the name that it has in there: a name is only a label. Links are not
followed, sizes are capped while reading, and what cannot be read is named with its reason. A zip
that a student handed in is opened too, one level deep.
"""

import dataclasses
import functools
import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from course_utils.app.places import UsageError, first_line_of

from ..limits import Limits

# Files in one download: 10,000 students with ten files each.
MOST_FILES = 100_000
# Files in a zip that a student handed in.
MOST_IN_ZIP = 1000
# Bytes of such a zip's list of files: each of a thousand has room for a long name.
MOST_DIRECTORY = 2**20
# Bytes of one file, unpacked: as much as the grader reads of a notebook.
MOST_BYTES = Limits().notebook
# A notebook shrinks to a tenth, one without pictures to a twentieth; a zip bomb to a thousandth.
MOST_SHRUNK = 200
# What an operating system or an editor leaves beside the files that are meant.
_DEBRIS = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini"}
# In a zip entry's extra field: "extended timestamp", with seconds of UTC behind a byte of flags.
_TIMESTAMP = 0x5455


class UnreadableError(Exception):
    """One file of a download cannot be read; the text is the reason."""


@dataclass(frozen=True)
class File:
    """One file of a download.

    Parameters
    ----------
    path : str
        Where it lies in the download: parts with "/" between them, characters composed (NFC).
    at : datetime
        When it was last changed, in UTC, as far as the download says; in a student's zip any time
        may stand, so it is that of the zip.
    read : callable
        Returns its bytes; raises UnreadableError.
    packed_in : File, optional
        The zip of a student's that it lies in. What it is called in there is the student's choice.
    status : os.stat_result, optional
        What the system says of it, where it lies in a folder.
    """

    path: str
    at: datetime
    read: Callable
    packed_in: "File | None" = None
    status: os.stat_result | None = None

    @property
    def parts(self):
        """The names on the way to it, its own the last."""
        return PurePosixPath(self.path).parts

    @property
    def name(self):
        """Its own name."""
        return self.parts[-1]


def read_download(place):
    """Return the files of a download, in order of their paths.

    Parameters
    ----------
    place : path
        A zip or a folder.

    Returns
    -------
    list of File
    dict of str to str
        What cannot be read, with the reason: links, what points out of the download, what is
        encrypted.

    Raises
    ------
    UsageError
        If it is neither, or holds more than MOST_FILES files.
    """
    place = Path(place)
    refused = {}
    if place.is_dir():
        files = list(in_folder(place, refused))
    else:
        try:
            archive = zipfile.ZipFile(place)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise UsageError(
                f"expected a zip or a folder with a platform's download, got {place} "
                f"({first_line_of(error)})"
            ) from None
        files = list(_in_zip(archive, "", refused, lambda: archive))
    files = [inner for file in files for inner in _unpacked(file, refused)]
    if len(files) > MOST_FILES:
        raise UsageError(f"expected at most {MOST_FILES} files in a download, got {len(files)}")
    return sorted(files, key=lambda file: file.path), refused


def in_folder(place, refused):
    """Yield the plain files below a folder; tell `refused` about what cannot be one."""

    def tell(error):
        refused[_label(os.path.relpath(error.filename, place))] = error.strerror

    for folder, folders, names in os.walk(place, onerror=tell):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(set(folders) - _DEBRIS - set(linked))
        for name in sorted([*names, *linked]):
            path = os.path.join(folder, name)
            label = _label(os.path.relpath(path, place))
            if _is_debris(label):
                continue
            try:
                found = os.lstat(path)
                at = datetime.fromtimestamp(found.st_mtime, UTC)
            except (OSError, OverflowError, ValueError) as error:  # gone, or of the year 300,000
                refused[label] = f"cannot be looked at ({first_line_of(error)})"
                continue
            if stat.S_ISLNK(found.st_mode):
                refused[label] = "is a link, which is not followed"
            elif not stat.S_ISREG(found.st_mode):
                refused[label] = "is no file"
            else:
                yield File(
                    label, at, lambda path=path, found=found: read_file(path, found), status=found
                )


def read_file(path, found=None):
    """Return the bytes of a plain file; no link is followed, and no more read than a notebook has.

    Parameters
    ----------
    path : path
    found : os.stat_result, optional
        Of the file that is meant: another one may stand there by now, also behind a link in one of
        the folders above.

    Raises
    ------
    UnreadableError
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if found and not os.path.samestat(found, os.fstat(handle)):
                raise UnreadableError("was replaced by another while it was looked at")
            return _capped(file)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None


def _capped(file):
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"has more than {MOST_BYTES // 2**20} MiB")
    return data


def _in_zip(archive, prefix, refused, reopened):
    """Yield the files of a zip; each is read from what `reopened` returns then."""
    for entry in archive.infolist()[: MOST_FILES + 1]:
        name = _name_in_zip(entry)
        label = _label(prefix + name)
        if entry.is_dir() or _is_debris(label):
            continue
        if reason := _refusal(entry, name):
            refused[label] = reason
        else:
            at = _time_in_zip(entry)
            yield File(label, at, lambda entry=entry: _read_entry(reopened(), entry))


def _name_in_zip(entry):
    """Return an entry's name; many write UTF-8 and do not say so."""
    if not entry.flag_bits & 0x800:
        try:
            return entry.orig_filename.encode("cp437").decode("utf-8")
        except ValueError:
            pass  # it is what it says to be
    return entry.orig_filename


def _refusal(entry, name):
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        return "has a path that leads out of the download"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link, which is not followed"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.file_size > MOST_BYTES:
        return f"has more than {MOST_BYTES // 2**20} MiB"
    if entry.file_size > 2**20 and entry.file_size > MOST_SHRUNK * entry.compress_size:
        return f"shrank to less than one {MOST_SHRUNK}th, as no notebook does"
    return ""


def _time_in_zip(entry):
    """Return an entry's time; without a zone it is the local one of whoever runs this."""
    extra, at = entry.extra, 0
    while len(extra) >= at + 4:
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _TIMESTAMP and size >= 5 and len(extra) >= at + 9 and extra[at + 4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, at + 5)[0], UTC)
        at += 4 + size
    try:
        return datetime(*entry.date_time).astimezone(UTC)
    except (ValueError, OverflowError):  # the numbers are no date
        return datetime(1980, 1, 1, tzinfo=UTC)  # a zip's own beginning of time


def _read_entry(archive, entry):
    try:
        with archive.open(entry) as file:
            return _capped(file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableError(f"is damaged ({first_line_of(error)})") from None


def _unpacked(file, refused):
    """Yield a file, or what lies in it if it is a zip that a student handed in."""
    if not file.name.lower().endswith(".zip"):
        yield file
        return

    try:
        archive = _opened(file)
    except (UnreadableError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        refused[file.path] = f"cannot be opened ({first_line_of(error)})"
        return
    if len(archive.infolist()) > MOST_IN_ZIP:
        refused[file.path] = f"holds more than {MOST_IN_ZIP} files"
        return
    inside = _in_zip(archive, f"{file.path}/", refused, functools.partial(_opened, file))
    for inner in inside:
        yield dataclasses.replace(inner, packed_in=file, at=file.at)


class _InMemory(io.BytesIO):
    """A zip of which no more than ``most`` bytes are read at once."""

    most = MOST_DIRECTORY

    def read(self, size=-1):
        """Read, unless that is too much."""
        if size > self.most:
            raise UnreadableError(f"its list of files has more than {self.most // 2**20} MiB")
        return super().read(size)


@functools.lru_cache(maxsize=1)  # the zips of a cohort would not fit into memory together
def _opened(file):
    """Open a student's zip; a long list of files would take minutes to read."""
    content = _InMemory(file.read())
    archive = zipfile.ZipFile(content)
    content.most = MOST_BYTES
    return archive


def _is_debris(label):
    parts = PurePosixPath(label).parts
    return bool(_DEBRIS.intersection(parts)) or any(part.startswith("._") for part in parts)


def _label(path):
    """Return a path as text in one form; bytes that are no UTF-8 are written out."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)
