"""What a request is counted and traced under: its method and its route, of which there are only so many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that have a name; a client may invent others without end."""


def read_route(scope: Scope) -> str:
    """The template of the route that took the request; empty while none has, and when none does."""
    return getattr(scope.get("route"), "path", None) or ""
