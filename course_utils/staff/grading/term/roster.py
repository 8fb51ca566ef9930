"""The roster: who is in the course, who handed in nothing, and whose folder is whose.

A student's name, on the ledger and everywhere, is that of the folder. The roster says which person
that is: by a login, an ID, an address or a name.
"""

import os
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from course_utils.app.places import UsageError

from ..records import gradebook
from ..records.people import People
from .collect import NotPlacedError

# Where folders stand that are called like a student.
_BY_STUDENT = ("submitted", "autograded", "feedback", "superseded")


def merged(known, sheet):
    """Return a roster with the people of a sheet.

    Parameters
    ----------
    known, sheet : list of Person

    Returns
    -------
    list of Person
        Those known first. Who has a key of somebody known is that person. So is who has the name,
        alone in the sheet, and no key of the same kind: two platforms know one person by a login
        and by an address.
    list of Person
        Who is new.
    list of Person
        Who could be more than one of those known, and was left out.
    """
    roster, added, unclear = list(known), [], []
    people, in_sheet = People(known), People(sheet)
    for person in sheet:
        found = list(dict.fromkeys(one for key in person.keys for one in people.find(key)))
        if not found and person.name and len(in_sheet.find(person.name)) == 1:
            by_name = people.find(person.name)
            found = [one for one in by_name if not _kinds(one) & _kinds(person)]
        if len(found) > 1:
            unclear.append(person)
        elif found:
            (one,) = found
            roster[roster.index(one)] = replace(
                one,
                keys=tuple(dict.fromkeys([*one.keys, *person.keys])),
                name=person.name or one.name,
                section=person.section or one.section,
            )
        else:
            roster.append(person)
            added.append(person)
    return roster, added, unclear


def _kinds(person):
    """Return what kinds of keys a person has: addresses, and logins or IDs."""
    return {"@" in key for key in person.keys}


def namesakes(roster):
    """Return the names that several people have."""
    people = People(roster)
    names = dict.fromkeys(one.name for one in roster if one.name)
    return [name for name in names if len(people.find(name)) > 1]


def admitted(people, folders, renamed):
    """Return the folders of those on the roster, and why the others are not graded.

    Parameters
    ----------
    people : People
        If there is nobody, everybody may hand in.
    folders : dict of str to Path
        By name.
    renamed : dict of str to str
        What those are called now whose folder has an old name.

    Returns
    -------
    dict of str to Path
        By the student's name.
    dict of str to str
        Reasons, by the folder's name: not on the roster, or one of two folders of a person.
    """
    refused, owners = {}, defaultdict(list)
    for folder in folders:
        student = renamed.get(folder, folder)
        found = people.find(student) if people.persons else [student]
        if len(found) == 1:
            owners[found[0]].append((student, folder))
        elif found:
            refused[folder] = f"could be {_listed(found)}"
        else:
            refused[folder] = "is not on the roster"
    for mine in owners.values():
        for _, folder in mine if len(mine) > 1 else ():
            others = " and ".join(other for _, other in mine if other != folder)
            refused[folder] = f"is the same person as {others}: keep one folder"
    owned = {
        student: folders[name]
        for mine in owners.values()
        for student, name in mine
        if name not in refused
    }
    return dict(sorted(owned.items())), refused


def _listed(persons):
    return " or ".join(f"{one.name} ({one.student})" for one in persons)


def without_hand_in(people, folders):
    """Return the persons to whom none of these folders belongs."""
    there = {id(person) for student in folders for person in people.find(student)}
    return [person for person in people.persons if id(person) not in there]


def folder_of(people, root):
    """Return what `collect.collect` asks for a folder's name: by the roster, where it can say.

    Parameters
    ----------
    people : People
    root : Path
        The grading folder; a person who has a folder there already keeps it.
    """
    submitted = Path(root, "submitted")
    there = defaultdict(list)
    for folder in sorted(os.listdir(submitted)) if submitted.is_dir() else ():
        for person in people.find(folder):
            there[person].append(folder)

    def name_of(student, keys):
        found = people.find(student, *keys)
        if len(found) > 1:
            raise NotPlacedError(f"could be from {_listed(found)}")
        if not found:  # kept all the same; the grader does not take it, and says so
            return student
        return there[found[0]][0] if len(there[found[0]]) == 1 else found[0].student

    return name_of


def rename(root, ledger, book, old, new):
    """Give a student another name, with all that was graded and marked under the old one.

    May be run again after a kill, at any point.

    Parameters
    ----------
    root : Path
    ledger : Ledger
        Open for writing.
    book : nbgrader.api.Gradebook
    old, new : str

    Raises
    ------
    UsageError
        If nothing is known under the old name, there are hand-ins or marks under both, or the
        gradebook cannot hold the new one.
    """
    if reason := gradebook.refusal(book, new):
        raise UsageError(f"expected another name for {old!r}: {reason}, got {len(new)}")
    moves = [
        (path, Path(root, kind, new, path.name))
        for kind in _BY_STUDENT
        if Path(root, kind, old).is_dir()
        for path in sorted(Path(root, kind, old).iterdir())
    ]
    for path, target in moves:
        if path.parts[-3] == "submitted" and os.path.lexists(target):
            raise UsageError(
                f"expected hand-ins for {path.name} under one name, got {old!r} and {new!r}: "
                "move one of the folders away"
            )
    if not moves and not ledger.knows(old):
        raise UsageError(f"expected a student who handed in, got {old!r}")
    if clash := gradebook.both_marked(book, old, new):
        raise UsageError(
            f"expected marks for {', '.join(clash)} under one name, got some for {old!r} and some "
            f"for {new!r}: take one away in formgrader"
        )
    ledger.rename(old, new)
    gradebook.rename(book, old, new)
    for path, target in moves:
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target):
            shutil.rmtree(path)  # made by us, of what the other name's newer folder shows
        else:
            os.rename(path, target)
    for kind in _BY_STUDENT:
        if Path(root, kind, old).is_dir():
            Path(root, kind, old).rmdir()
