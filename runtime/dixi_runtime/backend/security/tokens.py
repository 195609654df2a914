"""Signed tokens (JWT, RFC 7519) that stand in for the API key for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

import jwt

Scope = Literal["view", "control"]
"""``view`` reads and listens, ``control`` changes things as well."""

_ALGORITHM: Final = "HS256"
_ISSUER: Final = "dixi-backend"
_SCOPES: Final[Mapping[str, Scope]] = {"view": "view", "control": "control"}
_LONGEST: Final = 4096


class Tokens:
    """Issues and checks tokens; ``secret`` is stretched to the length that HS256 wants. Times are Unix seconds."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"dixi tokens\0" + secret.encode()).digest()

    def issue(self, scope: Scope, now: float, seconds: int, identity: str) -> str:
        """A token that holds for ``seconds``; ``identity`` tells it from every other."""
        claims = {"iss": _ISSUER, "scope": scope, "iat": int(now), "exp": int(now) + seconds, "jti": identity}
        return jwt.encode(claims, self._key, _ALGORITHM)

    def scope(self, token: str, now: float) -> Scope | None:
        """What the token allows now; None when it is not ours, was changed, or has expired."""
        if len(token) > _LONGEST or not token.isascii():
            return None
        try:
            # The clock is ours, so the library leaves the times to us.
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "iss"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        expires = claims["exp"]
        if not isinstance(expires, int) or expires <= now:
            return None
        return _SCOPES.get(str(claims.get("scope")))
