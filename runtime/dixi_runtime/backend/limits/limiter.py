"""Counts what clients ask for and says when it is too much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.limits.rules import Rule
from dixi_runtime.backend.state.store import Counters

_FAMILIES: Final = ("ratelimit", "x-ratelimit")
SHOWN_HEADERS: Final = (
    "ratelimit-policy",
    *(f"{family}-{what}" for family in _FAMILIES for what in ("limit", "remaining", "reset")),
    "retry-after",
)
"""The headers that a page of another origin may read."""


@dataclass(frozen=True)
class Spent:
    """How far a client is with one rule; ``seconds_left`` is the time until its window ends."""

    rule: Rule
    used: int
    seconds_left: float

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.rule.most

    def headers(self, now: float) -> dict[str, str]:
        """Both families of headers: the IETF draft's in seconds, and the older one with a Unix time."""
        rule, left = self.rule, max(1, math.ceil(self.seconds_left))
        remaining = max(0, rule.most - self.used)
        found = {
            "ratelimit-policy": f"{rule.most};w={rule.seconds}",
            "ratelimit-limit": str(rule.most),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(left),
            "x-ratelimit-limit": str(rule.most),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(math.ceil(now + self.seconds_left)),
        }
        return {**found, "retry-after": str(left)} if self.is_over else found

    def refusal(self, now: float) -> ApiError:
        """The 429."""
        wait = max(1, math.ceil(self.seconds_left))
        message = f"At most {self.rule.most} requests in {self.rule.seconds} s; try again in {wait} s"
        extra = {"message": message, "retryAfter": wait}
        return ApiError(429, self.rule.error, message, extra=extra, headers=self.headers(now))


class Limiter:
    """Counts by rule and client address: in ``shared`` for people, in ``own`` for machines."""

    def __init__(self, shared: Counters, own: Counters) -> None:
        self._shared = shared
        self._own = own

    async def spend(self, rule: Rule, address: str) -> Spent:
        """Count one request."""
        counters = self._own if rule.for_machines else self._shared
        usage = await counters.add(_key(rule, address), rule.seconds)
        return Spent(rule, usage.used, usage.seconds_left)

    async def give_back(self, rule: Rule, address: str) -> None:
        """Forget one request that ``spend`` counted."""
        counters = self._own if rule.for_machines else self._shared
        await counters.add(_key(rule, address), rule.seconds, -1)


def _key(rule: Rule, address: str) -> str:
    return f"limit:{rule.name}:{address}"
