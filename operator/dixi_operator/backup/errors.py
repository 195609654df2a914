"""The one failure a backup raises on purpose."""

from __future__ import annotations


class BackupError(Exception):
    """A backup that cannot be made, read or trusted; the message is a sentence for the user."""
