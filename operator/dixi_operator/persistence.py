"""What kopf keeps on our resources between its handlers' turns: nothing.

Handlers of raw events need neither progress nor a base for differences, and kopf's own storages, even unused, copy
every resource at every event to prepare for them (https://docs.kopf.dev/en/stable/configuration/#handling-progress).
"""

from __future__ import annotations

from typing import Any

import kopf


class NoDiffBase(kopf.DiffBaseStorage):
    """Keeps no state of a resource to compare the next with."""

    def build(self, **_: Any) -> Any:
        """Nothing of a resource is compared."""
        return {}

    def fetch(self, **_: Any) -> None:
        """Nothing was kept."""

    def store(self, **_: Any) -> None:
        """Nothing is kept."""


class NoProgress(kopf.ProgressStorage):
    """Keeps no record of which handlers have run."""

    def fetch(self, **_: Any) -> None:
        """Nothing was kept."""

    def store(self, **_: Any) -> None:
        """Nothing is kept."""

    def purge(self, **_: Any) -> None:
        """Nothing is there to be removed."""

    def touch(self, **_: Any) -> None:
        """Nothing is there to be changed."""

    def clear(self, *, essence: Any) -> Any:
        """Nothing of ours is in a resource that would have to be taken out of it."""
        return essence
