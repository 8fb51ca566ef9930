"""Who is who: one person has an ID, a login, an e-mail address, a name, and perhaps a folder.

`People.find` says whom a key means. A key that could mean two people finds both, and never one of
them in silence.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from ..text import identifier


@dataclass(frozen=True)
class Person:
    """One person, as a platform's sheet or a roster knows them.

    Parameters
    ----------
    student : str
        What the person's folder is called if it is made anew: the login, else the best of the rest.
    keys : tuple of str
        IDs, logins and addresses, each of which means this person alone; the most exact first.
    name : str
        First and last name; may be empty.
    section : str
        May be empty.
    """

    student: str
    keys: tuple = ()
    name: str = ""
    section: str = ""


class People:
    """Persons, to be found by whatever names them.

    Parameters
    ----------
    persons : sequence of Person
    """

    def __init__(self, persons):
        self.persons = list(persons)
        self._by_key, self._by_login, self._by_name = (defaultdict(list) for _ in range(3))
        for person in self.persons:
            names = (*person.keys, person.student)
            # A folder's name is known to grading as its identifier.
            keys = dict.fromkeys(map(_folded, (*names, *map(identifier, names))))
            for key in keys:
                self._by_key[key].append(person)
            for login in dict.fromkeys(key.partition("@")[0] for key in keys if "@" in key):
                self._by_login[login].append(person)
            self._by_name[_in_order(person.name)].append(person)

    def find(self, *keys):
        """Return the persons that the first key means which means anybody.

        An exact key goes before the part of an address before the @, and that before a name.
        """
        for key in keys:
            found = (
                self._by_key.get(_folded(key))
                or self._by_login.get(_folded(key))
                or self._by_name.get(_in_order(key) or None)
            )
            if found:
                return found
        return []


def _folded(text):
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _in_order(name):
    """Return the words of a name in the order of the alphabet: platforms swap first and last."""
    return " ".join(sorted(_folded(name).replace(",", " ").split()))
