"""Hand-ins put where the grader reads them: ``submitted/STUDENT/ASSIGNMENT/``.

A second run changes nothing. What a newer hand-in replaces is moved to ``superseded/`` and not
lost; what cannot be placed is named with its reason. A hand-in comes into its place whole, by a
rename, so that neither a kill nor a grader that watches meets half of one.
"""

import os
import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from course_utils.staff.files import write_atomically

from ..limits import Limits
from ..submissions.files import LONGEST_FOLDER, TIMESTAMP
from .downloads import UnreadableError, read_file
from .platforms import whose

NEW, REPLACED, UNCHANGED, OLDER = "new", "replaced", "unchanged", "older"
_ENDING = ".ipynb"
_TIME = "%Y-%m-%d %H:%M:%S UTC"
# What platforms and browsers put behind a name that was there already ("-1", " (1)"), and what
# JupyterLab calls a copy.
_TAIL = r"(?P<tail>(?:-\d{1,9}|[ _]?\(\d{1,9}\)|-Copy\d{1,9})*)"
# Bytes in the name of a notebook: a folder takes 255, and a file that is not whole yet has a longer
# name.
LONGEST_NAME = 200
# Notebooks of one student: the grader takes no more.
MOST_NOTEBOOKS = Limits().notebooks


class NotPlacedError(Exception):
    """A student has no folder to go to; the text is the reason."""


@dataclass
class Collected:
    """What became of a download.

    Parameters
    ----------
    students : dict of str to str
        Everybody who has a hand-in in it: "new", "replaced", "unchanged", or "older" than what
        stands there, which was left.
    late : list of str
        Whose files the platform marks as late.
    alike : list of str
        Names that several students have; each got a folder by the platform's number.
    superseded : list of str
        Files that a later upload of the same student replaced.
    unplaced : dict of str to str
        Files with the reason why they came nowhere.
    """

    students: dict = field(default_factory=dict)
    late: list = field(default_factory=list)
    alike: list = field(default_factory=list)
    superseded: list = field(default_factory=list)
    unplaced: dict = field(default_factory=dict)


def collect(root, assignment, notebooks, files, platform, name_of=None, renamed=(), when=None):
    """Put the files of a download into their places.

    Parameters
    ----------
    root : Path
        The grading folder.
    assignment : str
    notebooks : sequence of str
        The release's, without ``.ipynb``.
    files : list of downloads.File
    platform : callable
        From `platforms.PLATFORMS`.
    name_of : callable, optional
        (student, keys) -> the name of the student's folder; raises NotPlacedError if there is none.
        Without it the name is what the platform says.
    renamed : dict of str to str, optional
        What those are called now whose old name a platform may still have.
    when : callable, optional
        (student, files that were handed in, the time of the newest) -> when they were handed in,
        for who knows better than the download.

    Returns
    -------
    Collected
    """
    done = Collected()
    people = defaultdict(list)
    for file in files:
        found = whose(file, platform)
        if found is None:
            done.unplaced[file.path] = "is not named as the platform names a student's file"
        elif not found.name.lower().endswith(_ENDING) or found.name.startswith("."):
            done.unplaced[file.path] = "is no notebook"
        elif len(found.name.encode()) > LONGEST_NAME:
            done.unplaced[file.path] = "has a name too long for a file"
        else:
            people[found.student, found.keys].append(found)
    submitted = Path(root, "submitted")
    there = {_composed(name): name for name in _names_in(submitted)}
    for name, handed_in in _by_folder(people, name_of, dict(renamed), done).items():
        target = submitted / there.get(name, name) / assignment
        chosen, superseded = _chosen(handed_in, notebooks)
        contents = _contents(chosen, notebooks, done)
        if contents:
            at = max(one.file.at for one in chosen.values())
            at = when(name, list(chosen.values()), at) if when else at
            done.students[name] = _put(target, contents, at, Path(root, "superseded"))
            done.superseded += [one.file.path for one in superseded]
            done.late += [name] if any(one.late for one in chosen.values()) else []
    return done


def _composed(name):
    return unicodedata.normalize("NFC", name)


def _names_in(folder):
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _by_folder(people, name_of, renamed, done):
    """Return hand-ins by the name of the folder that they go to."""
    times = Counter(student for student, _ in people)
    done.alike += sorted(name for name, count in times.items() if count > 1)
    claims = defaultdict(list)
    for (student, keys), handed_in in people.items():
        try:
            if name_of:
                name = name_of(student, keys)
            else:
                name = keys[0] if times[student] > 1 and keys else student
            claims[checked(renamed.get(name, name))].append(handed_in)
        except NotPlacedError as problem:
            done.unplaced |= {one.file.path: str(problem) for one in handed_in}
    folders = {}
    for name, claimed in claims.items():
        if len(claimed) == 1:
            (folders[name],) = claimed
        else:  # a name on a platform may be the student's choice: nobody's file goes for another's
            reason = f"is of one of {len(claimed)} accounts that are all {name}"
            done.unplaced |= {one.file.path: reason for files in claimed for one in files}
    return folders


def checked(name):
    """Return a student's name in one form, if a folder can be called so.

    Raises
    ------
    NotPlacedError
    """
    name = _composed(name)
    if not name.strip() or name.startswith(".") or "/" in name or "\0" in name:
        raise NotPlacedError("is a name that no folder can have")
    if len(name.encode("utf-8", "replace")) > LONGEST_FOLDER:
        raise NotPlacedError("is a name too long for a folder")
    return name


def _chosen(handed_in, notebooks):
    """Return a student's files by the name that each shall have, and those replaced by a later one.

    Of two uploads of one notebook the later counts. A copy that was made in JupyterLab stays
    beside its original, under its own name: which of them holds the work, their content says.
    """
    latest, superseded = {}, []
    for _, name, one in sorted((_named(one, notebooks) for one in handed_in), key=itemgetter(0)):
        if name in latest:
            superseded.append(latest[name])
        latest[name] = one
    for notebook in notebooks:
        copies = [name for name in latest if _original(name, [notebook]) == notebook]
        if len(copies) == 1:  # and no original beside it
            latest[notebook + _ENDING] = latest.pop(copies[0])
    return latest, superseded


def _named(one, notebooks):
    """Return how late a file is, the name that it shall have, and the file."""
    stem = _composed(one.name)[: -len(_ENDING)]
    repeated = 0
    if notebook := _original(one.name, notebooks):
        tail = stem[len(notebook) :]
        stem = stem if "copy" in tail.lower() else notebook
        repeated = int((re.findall(r"\d+", tail) or [0])[-1])
    return (one.upload, one.file.at, repeated, one.file.path), stem + _ENDING, one


def _original(name, notebooks):
    """Return which of the release's notebooks a file's name comes from, or None."""
    stem = _composed(name)[: -len(_ENDING)]
    for notebook in notebooks:
        if re.fullmatch(re.escape(notebook) + _TAIL, stem, re.IGNORECASE):
            return notebook
    return None


def _contents(chosen, notebooks, done):
    """Return what stands in a student's files, those with the release's names first."""
    expected = {notebook + _ENDING for notebook in notebooks}
    contents = {}
    for name, one in sorted(chosen.items(), key=lambda item: item[0] not in expected):
        try:
            if len(contents) == MOST_NOTEBOOKS:
                raise UnreadableError(f"is one of more than {MOST_NOTEBOOKS} notebooks")
            contents[name] = one.file.read()
        except UnreadableError as problem:
            done.unplaced[one.file.path] = str(problem)
    return contents


def _put(target, contents, at, superseded):
    """Bring a hand-in into its place; return what that came to."""
    before, before_at = _present(target)
    if before == contents:
        if before_at is None:
            write_atomically(target / TIMESTAMP, f"{at:{_TIME}}\n")
        return UNCHANGED
    if before_at and before_at > at:
        return OLDER
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    for name, data in contents.items():
        write_atomically(partial / name, data)
    write_atomically(partial / TIMESTAMP, f"{at:{_TIME}}\n")
    replaced = os.path.lexists(target)
    if replaced:
        _keep(target, superseded)
    os.rename(partial, target)
    return REPLACED if replaced else NEW


def _present(target):
    """Return the notebooks that stand in a folder, and their time of hand-in if there is one."""
    notebooks, at = {}, None
    for name in _names_in(target) if target.is_dir() and not target.is_symlink() else ():
        try:
            if name.endswith(_ENDING):
                notebooks[name] = read_file(target / name)
            elif name == TIMESTAMP:
                text = read_file(target / name).decode("ascii").strip()
                at = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
        except (UnreadableError, ValueError):
            notebooks[name] = None  # whatever it is, it is not what is handed in now
    return notebooks, at


def _keep(target, superseded):
    """Move a hand-in away that another one replaces."""
    student, assignment = target.parent.name, target.name
    place = superseded / student / assignment
    place.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(name) for name in os.listdir(place) if name.isdecimal()), default=0)
    os.rename(target, place / str(number))
