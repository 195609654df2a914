"""What VISION_SOURCE may say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["synthetic", "push", "file", "camera", "rtsp", "http"]

EXPECTED = (
    "expected `synthetic`, `push`, `camera`, `camera:NUMBER`, `camera:/dev/...`, `file:PATH`, an rtsp://, rtsps://, "
    "http:// or https:// URL, `auto`, or `auto:` and one of those that can be away"
)
_PREFIXES: dict[str, Kind] = {"rtsp": "rtsp", "rtsps": "rtsp", "http": "http", "https": "http"}
_ALONE: dict[str, Kind] = {"synthetic": "synthetic", "push": "push", "camera": "camera"}


@dataclass(frozen=True)
class Address:
    """Where frames come from. `target` is a path, a URL, or a camera's number; empty for the camera that
    CAMERA_INDEX names. With `fallback`, rendered hands stand in while it is away."""

    kind: Kind
    target: str = ""
    fallback: bool = False

    @property
    def name(self) -> str:
        """The address as people may see it: a URL without user, password, query and fragment."""
        if self.kind in ("rtsp", "http"):
            return hide_secrets(self.target)
        return f"{self.kind}:{self.target}" if self.target else self.kind


def parse_address(value: str) -> Address:
    """The address that VISION_SOURCE gives; ValueError says what was expected."""
    if value == "auto":
        return Address("camera", fallback=True)
    scheme, colon, rest = value.partition(":")
    if scheme == "auto":
        return _parse_auto(rest)
    if value in _ALONE:
        return Address(_ALONE[value])
    if scheme == "file" and rest:
        return Address("file", rest)
    if scheme == "camera" and _is_camera(rest):
        return Address("camera", rest)
    if colon and scheme in _PREFIXES:
        return Address(_PREFIXES[scheme], _check_url(value))
    raise ValueError(EXPECTED)


def hide_secrets(url: str) -> str:
    """The URL without user, password, query and fragment, any of which may hold a secret."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _parse_auto(value: str) -> Address:
    address = parse_address(value)
    if address.fallback or address.kind in ("synthetic", "push"):
        raise ValueError(f"{EXPECTED}; `{value}` is never away")
    return replace(address, fallback=True)


def _is_camera(target: str) -> bool:
    return (target.isascii() and target.isdigit() and len(target) <= 3) or target.startswith("/dev/")


def _check_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{EXPECTED}; the URL is not valid: {error}") from error
    if not host or not value.isprintable() or " " in value:
        raise ValueError(f"{EXPECTED}; the URL names no host")
    return value
