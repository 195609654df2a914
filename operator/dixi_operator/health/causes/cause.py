"""What keeps a component or an install from working."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_operator.api.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause.

    ``message`` stays the same for as long as the cause does: it names no pod and no back-off, so that a status that
    carries it is not written again and again. What the cluster says in its own, changing words is ``quote``.
    """

    check: str
    """Name of the check that found it."""

    component: str
    """The component that does not work, for example ``vision``; empty when the install as a whole is meant."""

    reason: Reason
    object: str
    """Kind and name of the object to look at, for example ``Deployment vision``."""

    message: str
    """A sentence that names the object."""

    advice: str
    """What to do, a sentence."""

    since: str = ""
    """RFC 3339 time since when, or empty."""

    quote: str = ""
    """What the cluster itself says, or empty."""

    blocks: bool = True
    """Whether the install cannot be Ready; False for what is only worth knowing."""
