"""Keys, compared so that the time taken tells nothing about them."""

from __future__ import annotations

import hmac


class Key:
    """A secret that callers have to know; an empty one matches nothing."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __bool__(self) -> bool:
        return bool(self._secret)

    def matches(self, given: str) -> bool:
        """Whether ``given`` is the key; takes as long for one wrong key as for another of its length."""
        return bool(self._secret) and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret)
