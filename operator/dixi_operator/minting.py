"""Random values for what is made once: keys, passwords and the identity that opens backups."""

from __future__ import annotations

import secrets

from pyrage import x25519

from dixi_operator.components.context import Minted

KEY_BYTES = 32


def mint() -> Minted:
    """New values, from the operating system's random source."""
    identity = x25519.Identity.generate()
    return Minted(
        api_key=secrets.token_urlsafe(KEY_BYTES),
        jwt_secret=secrets.token_urlsafe(KEY_BYTES),
        redis_password=secrets.token_urlsafe(KEY_BYTES),
        backup_identity=str(identity),
        backup_recipient=str(identity.to_public()),
    )
