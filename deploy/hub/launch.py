"""LTI 1.3: who follows a link on the learning platform comes in, without another password.

`ltiauthenticator` speaks the standard: it checks the platform's signature, state and nonce. Here it
is checked that the link stands in this Hub's course. An account of the machine is found or made for
whoever came, instructors are told from students by the platform's roles, and it is noted where
their grades go, for `course post`.
"""

import asyncio
import grp
import hashlib
import json
import pwd
import re
import sys
import time
import tomllib
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jupyterhub.auth import LocalAuthenticator
from jupyterhub.handlers import BaseHandler
from ltiauthenticator.lti13.auth import LTI13Authenticator
from tornado.web import HTTPError
from traitlets import Unicode

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
# Of the course that the link stands in; administrators of the whole platform are none of ours.
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
PREFIX = "lti-"  # of codes that stand for a person of the platform
# useradd's own rule, and shorter than its 32 characters.
NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
# What the Hub has to be told of a platform, in its `lti.toml`.
DESCRIBED = ("issuer", "client_id", "authorize_url", "jwks_url", "deployment_id", "context")


class OneCourse(LTI13Authenticator):
    """People who follow a link of one course, and nobody else whom the platform vouches for."""

    deployment_id = Unicode(config=True, help="The platform's id of this Hub's place in it.")
    context = Unicode(config=True, help="The platform's id of the course.")

    async def authenticate(self, handler, data=None):
        """Return what the standard's library finds in a message of the platform's."""
        # The Hub's own form and its API for tokens come here, too, with whatever a browser sent.
        if not isinstance(handler, self.callback_handler):
            raise HTTPError(403, "Come in by the link on the learning platform.")
        context = data.get(f"{CLAIM}context")
        link = {
            "deployment_id": data[f"{CLAIM}deployment_id"],
            "context": context.get("id") if isinstance(context, dict) else None,
        }
        if link != {"deployment_id": self.deployment_id, "context": self.context}:
            told = ", ".join(f"{name} = {json.dumps(value)}" for name, value in link.items())
            raise HTTPError(403, f"This link is not one of this Hub's course; it has {told}.")
        if not data.get("sub") or not isinstance(data[f"{CLAIM}roles"], list):
            raise HTTPError(403, "The platform's message does not say who you are.")
        return await super().authenticate(handler, data)


class CourseLaunch(LocalAuthenticator, OneCourse):
    """A platform's people as accounts of this machine.

    An account is named as the link's parameter ``username`` says, or by a code if it says nothing
    that an account can be called. Whose it is stands in the account's comment, which `enrol` wrote
    when it made the account, or root did. Without that it is nobody's from the platform.
    """

    launches = Unicode(config=True, help="Where it is noted who came, and where their grades go.")
    key = Unicode(config=True, help="The Hub's private key; platforms ask for the public one.")
    enrol = Unicode(config=True, help="The command that makes accounts.")

    async def authenticate(self, handler, data=None):
        """Return the account of somebody who followed a link of the course."""
        found = await super().authenticate(handler, data)
        person = person_code(data["iss"], data["sub"])
        name = account_name(found["name"], person)
        if not is_there(pwd.getpwnam, name):
            await self._make(name, person)
        if person not in owners(name):
            self.log.warning("%s came, and the account %s is not theirs", person, name)
            raise HTTPError(403, f"The account {name} of this machine belongs to somebody else.")
        if not self.check_allowed_groups(name):
            raise HTTPError(403, f"The account {name} of this machine is not in the course.")
        self._note(name, data)
        groups = ["instructors"] if INSTRUCTOR in data[f"{CLAIM}roles"] else []
        return {"name": name, "groups": groups}

    def check_allowed(self, username, authentication=None):
        """Let in whom the platform sent; `authenticate` has refused the others."""
        return True

    async def refresh_user(self, user, handler=None):
        """Keep who came before in, as long as the account is somebody's from the platform."""
        if user.name in self.allowed_users:  # the course's account, which nobody logs in to
            return True
        ours = any(code.startswith(PREFIX) for code in owners(user.name))
        return ours and self.check_allowed_groups(user.name)

    def get_handlers(self, app):
        """Add the page where the platform finds the Hub's public key."""
        return [*super().get_handlers(app), ("/lti13/jwks", PublicKey)]

    async def _make(self, name, person):
        """Make an account; the Hub does not wait meanwhile."""
        process = await asyncio.create_subprocess_exec(
            self.enrol, "--person", person, name, stdout=PIPE, stderr=STDOUT
        )
        said, _ = await process.communicate()
        if process.returncode:
            self.log.error("making %s failed: %s", name, said.decode(errors="replace"))
        if not is_there(pwd.getpwnam, name):
            raise HTTPError(500, f"The account {name} could not be made; the Hub's log says why.")

    def _note(self, name, data):
        """Note where grades go. Without that note their owner works all the same."""
        note = {
            "student": name,
            "issuer": data["iss"],
            "user": data["sub"],
            "lesson": data.get(f"{CLAIM}custom", {}).get("lesson"),
            "lineitem": data.get(GRADES, {}).get("lineitem"),
            "at": int(time.time()),
        }
        # Half of a line, from a full disk or a kill, costs its own launch alone: the next one does
        # not go on where it stopped.
        line = f"\n{json.dumps(note)}\n".encode()
        try:
            with open(self.launches, "ab", buffering=0) as file:
                if file.write(line) < len(line):
                    raise OSError("no space left for the whole line")
        except OSError as error:
            self.log.error("where the grades of %s go is not noted: %s", name, error)


def read_platform(path):
    """Return what an ``lti.toml`` says; end the Hub with a sentence if that is not enough."""
    try:
        described = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        sys.exit(f"hub: cannot read {path} ({error})")
    for name in DESCRIBED:
        if not isinstance(described.get(name), str):
            sys.exit(f'hub: expected a line {name} = "…" in {path}')
    return described


def person_code(issuer, user):
    """Return the code by which an account's comment names its owner."""
    return PREFIX + hashlib.sha256(f"{issuer} {user}".encode()).hexdigest()[:32]


def account_name(wanted, person):
    """Return what the account of a platform's user is called."""
    name = wanted.lower()
    # No new account can be called as a group of the system's: "users", "docker".
    free = is_there(pwd.getpwnam, name) or not is_there(grp.getgrnam, name)
    fits = NAME.fullmatch(name) and not name.startswith(PREFIX)
    return name if fits and free else person[:16]


def owners(name):
    """Return the parts of an account's comment that root alone writes; one says whose it is.

    Between them stand a room and telephones, which whoever has a password may change (`chfn`).
    """
    parts = pwd.getpwnam(name).pw_gecos.split(",") if is_there(pwd.getpwnam, name) else []
    return parts[:1] + parts[4:]


def is_there(look_up, name):
    """Tell whether the system knows an account, or a group, by that name."""
    try:
        look_up(name)
    except KeyError:
        return False
    return True


class PublicKey(BaseHandler):
    """The Hub's public key, as a platform wants it."""

    def get(self):
        """Answer with a set of one key."""
        public = load_pem_private_key(Path(self.authenticator.key).read_bytes(), None).public_key()
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        self.set_header("Content-Type", "application/json")
        self.write({"keys": [{**key, "kid": "course", "use": "sig", "alg": "RS256"}]})
