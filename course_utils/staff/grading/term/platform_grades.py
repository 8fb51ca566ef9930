"""Scores sent to a learning platform, by LTI's Assignment and Grade Services 2.0.

Where a student's grade goes was said when the student came from the platform
(deploy/hub/launch.py notes it). A token is asked for with a message that the Hub's key signs; with
it each score is posted.
"""

import contextlib
import http.client
import json
import tomllib
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from course_utils.app.places import UsageError, first_line_of

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_PATIENCE = 30  # seconds
_NOTED = {"student", "user", "issuer", "lesson", "lineitem"}


class RefusedError(Exception):
    """The platform did not take what was sent; the text is its reason."""


@dataclass(frozen=True)
class Place:
    """Where a student's grade goes: whom the platform means, and the address of the column."""

    user: str
    lineitem: str


@dataclass(frozen=True)
class Platform:
    """A learning platform as its `lti.toml` describes it, with the files beside that.

    Attributes
    ----------
    issuer, client_id, token_url : str
    key : str
        The Hub's private key (PEM).
    notes : list of dict
        Who came, oldest first; a line that cannot be read, such as half of one, is not among them.
    """

    issuer: str
    client_id: str
    token_url: str
    key: str
    notes: list

    def places(self, lesson):
        """Return where grades of a lesson go, by student: what the last launch said."""
        return {
            note["student"]: Place(note["user"], note["lineitem"])
            for note in self.notes
            if note["lesson"] == lesson and note["lineitem"] and note["issuer"] == self.issuer
        }

    def token(self):
        """Return a token for posting scores.

        Raises
        ------
        RefusedError
        """
        import jwt  # nobody else in the course needs it

        now = datetime.now(UTC)
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.token_url,
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "jti": uuid.uuid4().hex,
        }
        try:
            signed = jwt.encode(claims, self.key, "RS256", headers={"kid": "course"})
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise RefusedError(f"the Hub's key cannot sign ({first_line_of(error)})") from None
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": signed,
            "scope": SCOPE,
        }
        answer = _send(self.token_url, urllib.parse.urlencode(fields).encode(), {})
        try:
            return json.loads(answer)["access_token"]
        except (ValueError, KeyError, TypeError):
            raise RefusedError("the platform's answer holds no token") from None

    def post(self, token, place, row):
        """Send one student's score.

        Parameters
        ----------
        token : str
        place : Place
        row : export.Row
            With a score.

        Raises
        ------
        RefusedError
        """
        score = {
            "userId": place.user,
            "scoreGiven": row.score,
            "scoreMaximum": row.most,
            "activityProgress": "Completed",
            "gradingProgress": "PendingManual" if row.waits else "FullyGraded",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        head = {"Authorization": f"Bearer {token}", "Content-Type": _SCORE}
        _send(scores_of(place.lineitem), json.dumps(score).encode(), head)


def scores_of(lineitem):
    """Return the address to which a column's scores are posted; what follows "?" stays last."""
    parts = urllib.parse.urlsplit(lineitem)
    return parts._replace(path=parts.path.rstrip("/") + "/scores").geturl()


def read_platform(path):
    """Read a platform's description, and the files that lie beside it.

    Parameters
    ----------
    path : path
        Of an ``lti.toml``; beside it ``lti-key.pem`` and ``launches.jsonl``.

    Raises
    ------
    UsageError
    """
    path = Path(path)
    try:
        described = tomllib.loads(path.read_text("utf-8"))
        notes = path.with_name("launches.jsonl").read_text("utf-8").splitlines()
        return Platform(
            **{name: described[name] for name in ("issuer", "client_id", "token_url")},
            key=path.with_name("lti-key.pem").read_text("utf-8"),
            notes=[note for line in notes for note in _read_note(line)],
        )
    except OSError as error:
        raise UsageError(f"expected {error.filename} ({error.strerror})") from None
    except KeyError as error:
        raise UsageError(f"expected a line with {error.args[0]} in {path}") from None
    except ValueError as error:
        raise UsageError(
            f"cannot read {path} and its neighbours ({first_line_of(error)})"
        ) from None


def _read_note(line):
    """Return a launch's note, or nothing: the launch of whom it is of is then not known."""
    with contextlib.suppress(ValueError):
        note = json.loads(line)
        if isinstance(note, dict) and note.keys() >= _NOTED:
            return [note]
    return []


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a redirected POST would become a GET, and take the token along."""

    def redirect_request(self, *_):
        return None


def _send(address, data, head):
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise RefusedError(f"grades are sent by https alone, and not to {address}")
    try:
        asked = urllib.request.Request(address, data, head, method="POST")
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(asked, timeout=_PATIENCE) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise RefusedError(f"the platform answers {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RefusedError(f"the platform does not answer ({first_line_of(error)})") from None
