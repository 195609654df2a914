"""What the limits read from the environment."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from dixi_runtime.settings import RuntimeSettings, split_commas

_ALLOWANCE: Final = re.compile(r"(\d{1,9})/(\d{1,6})")


class Allowance(NamedTuple):
    """So many requests in so many seconds."""

    most: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.most}/{self.seconds}"


def _read_allowance(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = _ALLOWANCE.fullmatch(value.strip())
    if found is None or int(found[2]) == 0:
        raise ValueError("expected REQUESTS/SECONDS, as 100/900; 0/900 is no limit")
    return int(found[1]), int(found[2])


def _read_networks(value: object) -> object:
    return (
        tuple(ip_network(part) if isinstance(part, str) else part for part in value)
        if isinstance(value, tuple)
        else value
    )


Network = IPv4Network | IPv6Network
LOOPBACK: Final[tuple[Network, ...]] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PRIVATE: Final[tuple[Network, ...]] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Addresses that no network but one's own has (RFC 1918, RFC 6598, RFC 4193); those of pods are among them."""

Limit = Annotated[Allowance, NoDecode, BeforeValidator(_read_allowance)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_read_networks), BeforeValidator(split_commas)]


class LimitSettings(RuntimeSettings):
    """How often one client address may ask, and whose word is taken for that address."""

    api_limit: Limit = Field(
        default=Allowance(100, 900),
        validation_alias="RATE_LIMIT_API",
        description="REQUESTS/SECONDS of one client to everything under /api that has no exemption; 0/900 is no limit.",
    )
    ai_limit: Limit = Field(
        default=Allowance(30, 60), validation_alias="RATE_LIMIT_AI", description="The same for questions to the model."
    )
    vision_limit: Limit = Field(
        default=Allowance(10, 60),
        validation_alias="RATE_LIMIT_VISION",
        description="The same for questions about the camera's picture.",
    )
    gesture_limit: Limit = Field(
        default=Allowance(10, 60),
        validation_alias="RATE_LIMIT_GESTURE",
        description="The same for failed starts and stops of gesture and face tracking.",
    )
    ingest_limit: Limit = Field(
        default=Allowance(200, 1),
        validation_alias="RATE_LIMIT_INGEST",
        description="The same for frames, gestures and faces that a camera sends.",
    )
    trusted_proxies: Networks | None = Field(
        default=None,
        validation_alias="TRUSTED_PROXIES",
        description="Networks of proxies whose X-Forwarded-For and -Proto are believed, comma-separated. Unset: this"
        " machine, and with DIXI_PROFILE=container every private network, where the frontend's pods are.",
    )

    @property
    def believed_proxies(self) -> tuple[Network, ...]:
        """The networks whose word is taken for a client's address."""
        if self.trusted_proxies is not None:
            return self.trusted_proxies
        return (*LOOPBACK, *PRIVATE) if self.profile == "container" else LOOPBACK
