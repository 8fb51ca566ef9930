"""A small learning platform that speaks LTI 1.3 as the standard says, and is as strict as it says.

It sends a browser to a tool with a signed message (OpenID Connect, implicit flow), and takes scores
(Assignment and Grade Services) from whoever shows a token that the tool's key was asked for.
"""

import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, DEPLOYMENT, COURSE = "the-hub", "1", "7"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
LEARNER, INSTRUCTOR = (
    f"http://purl.imsglobal.org/vocab/lis/v2/membership#{role}"
    for role in ("Learner", "Instructor")
)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class LtiPlatform:
    """A platform at ``address``.

    Attributes
    ----------
    tool_key : str or None
        The tool's public key, as it was given to the platform (PEM).
    scores : list of dict
        What was posted, with the column's ``lineitem``.
    broken : set of str
        Columns whose scores are answered with an error.
    """

    def __init__(self, address):
        self.address, self.issuer = address, f"{address}/platform"
        self.key, self.forged_key = new_key(), new_key()
        self.tool_key, self.tokens, self.used = None, set(), set()
        self.scores, self.broken = [], set()

    def described(self):
        """Return what the tool is told of the platform, its `lti.toml`."""
        return f"""
issuer = "{self.issuer}"
client_id = "{CLIENT}"
authorize_url = "{self.address}/auth?from=lms"
jwks_url = "{self.address}/jwks"
token_url = "{self.address}/token"
deployment_id = "{DEPLOYMENT}"
context = "{COURSE}"
"""

    def message(self, asked, user, username, lesson, role=LEARNER):
        """Return the claims of the message that opens a link, as the standard lists them."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": user,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": asked["redirect_uri"],
            f"{CLAIM}resource_link": {"id": lesson},
            f"{CLAIM}context": {"id": COURSE, "label": "NN", "title": "Neural networks"},
            f"{CLAIM}roles": [role],
            f"{CLAIM}custom": {"username": username, "lesson": lesson},
            f"{AGS}claim/endpoint": {
                "scope": [f"{AGS}scope/score"],
                "lineitems": f"{self.address}/columns",
                "lineitem": f"{self.address}/columns/{lesson}?type=1",
            },
        }

    def signed(self, claims, key=None):
        """Return a message as it travels."""
        return jwt.encode(claims, key or self.key, "RS256", headers={"kid": "platform"})

    def keys(self):
        """Return the platform's public keys."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "platform", "use": "sig", "alg": "RS256"}]}

    def give_token(self, form):
        """Return a token for somebody who signs with the tool's key; refuse everybody else."""
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == ASSERTION
        claims = jwt.decode(
            form["client_assertion"],
            self.tool_key,
            ["RS256"],
            audience=f"{self.address}/token",
            issuer=CLIENT,
            options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
        )
        assert claims["sub"] == CLIENT
        assert claims["jti"] not in self.used
        self.used.add(claims["jti"])
        assert form["scope"] == f"{AGS}scope/score"
        self.tokens.add(token := secrets.token_urlsafe())
        return {"access_token": token, "token_type": "bearer", "expires_in": 3600}

    def take_score(self, address, head, score):
        """Keep a score, if it is a whole one and comes with a token."""
        path = urlsplit(address)
        column = path.path.removesuffix("/scores")
        assert path.path.endswith("/scores")
        assert path.query == "type=1"
        assert head["Authorization"].removeprefix("Bearer ") in self.tokens
        assert head["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        assert column not in self.broken
        wanted = {"userId", "scoreGiven", "scoreMaximum", "activityProgress", "gradingProgress"}
        assert wanted | {"timestamp"} == set(score)
        self.scores.append({"column": column, **score})


def new_key():
    """Return a fresh private key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key):
    """Return a private key as text."""
    kinds = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(serialization.Encoding.PEM, *kinds).decode()


def public_pem(key):
    """Return a key's public half as text."""
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


@contextmanager
def running_platform():
    """Start a platform on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.platform = LtiPlatform(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        assert urlsplit(self.path).path == "/jwks"
        self._answer(200, self.server.platform.keys())

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        platform = self.server.platform
        try:
            if self.path == "/token":
                self._answer(200, platform.give_token(dict(parse_qsl(text))))
            else:
                platform.take_score(self.path, self.headers, json.loads(text))
                self._answer(204)
        except (AssertionError, KeyError, jwt.InvalidTokenError) as error:
            self._answer(400, {"error": repr(error)})

    def _answer(self, status, data=None):
        body = b"" if data is None else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def asked_of(address):
    """Return what a tool asks in the address that it sends the browser to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
