"""An OpenID Connect provider that runs for real over HTTP, and lets in whoever a test says."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "platecat", "shared-with-the-institute", "key-1"


@dataclass
class Provider:
    """The provider: who signs in next, and what it does wrong on purpose."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "1"})
    denies: bool = False
    breaks: str = ""
    """The path that answers 500."""
    audience: str = CLIENT
    issuer: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Code challenge and redirect of each code that was given out and not yet used."""
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def documents(
        self, form: dict[str, str], bearer: str
    ) -> dict[str, Callable[[], dict[str, Any] | None]]:
        """What is answered at each path; None is refused."""
        return {
            "/.well-known/openid-configuration": self.configuration,
            "/jwks": self.jwks,
            "/token": lambda: self.token(form),
            "/userinfo": lambda: self.tokens.get(bearer),
        }

    def jwks(self) -> dict[str, Any]:
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**told, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.denies:
            back["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe()
            self.codes[code] = (asked["code_challenge"], asked["redirect_uri"])
            back["code"] = code
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code; None where the code, the client or the proof is wrong."""
        challenge, redirect = self.codes.pop(asked.get("code", ""), ("", ""))
        proof = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        client = (asked.get("client_id"), asked.get("client_secret"))
        if client != (CLIENT, SECRET) or proven != challenge or asked["redirect_uri"] != redirect:
            return None
        access = secrets.token_urlsafe()
        self.tokens[access] = self.person
        now = int(time.time())
        said = {"iss": self.issuer or self.url, "aud": self.audience, "iat": now, "exp": now + 300}
        signed = jwt.encode(
            {**said, **self.person}, self.key, algorithm="RS256", headers={"kid": KEY_ID}
        )
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed,
        }


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.answer(flat(self.rfile.read(length).decode()))

        def answer(self, form: dict[str, str]) -> None:
            address = urlsplit(self.path)
            provider.asked.append(address.path)
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if address.path == provider.breaks:
                self.told(500, {})
            elif address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(flat(address.query)))
                self.end_headers()
            else:
                given = provider.documents(form, bearer)[address.path]()
                self.told(400 if given is None else 200, given or {"error": "invalid_grant"})

        def told(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    return Handler


def flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
