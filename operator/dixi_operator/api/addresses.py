"""Addresses of what an install works with: without credentials, and such that a network policy can be made of them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = rf"({_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])"
_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_AUTHORITY = rf"{_HOST}(:{_PORT})?"
_PATH = r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*"
_QUERY = r"(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
_DEVICE = r"camera(:([0-9]{1,3}|/dev/[A-Za-z0-9._/-]+))?"
_FILE = r"file:/[^\x00-\x1f\x7f-\x9f]+"
STAND_IN = "auto:"
"""Before an address of a camera: rendered hands stand in for it while it is away."""


def check_address(address: str) -> str:
    """The same address; ValueError when what stands in brackets is no IPv6 address, which no pattern can tell."""
    urlsplit(address)
    return address


def find_camera(source: str) -> str | None:
    """The address of the camera that a source of frames names; None when it names none in the network."""
    address = source.removeprefix(STAND_IN)
    return address if "://" in address else None


def check_source(source: str) -> str:
    """The same source; ValueError as from :func:`check_address`."""
    check_address(find_camera(source) or "")
    return source


HttpUrl = Annotated[
    str, Field(pattern=rf"^https?://{_AUTHORITY}{_PATH}$", max_length=500), AfterValidator(check_address)
]
"""An address without credentials, query or fragment."""

RedisUrl = Annotated[
    str, Field(pattern=rf"^rediss?://{_AUTHORITY}(/[0-9]{{1,3}})?$", max_length=500), AfterValidator(check_address)
]
"""A Redis and the number of its database."""

Origin = Annotated[str, Field(pattern=rf"^(\*|https?://{_AUTHORITY})$", max_length=253), AfterValidator(check_address)]
"""Where a page comes from (https://developer.mozilla.org/docs/Glossary/Origin), or any place."""

Source = Annotated[
    str,
    Field(
        pattern=rf"^(auto|synthetic|push|{_DEVICE}|{_FILE}|({STAND_IN})?(rtsps?|https?)://{_AUTHORITY}{_PATH}{_QUERY})$",
        max_length=500,
    ),
    AfterValidator(check_source),
]
"""Where frames come from; the address of a camera stands without credentials."""
