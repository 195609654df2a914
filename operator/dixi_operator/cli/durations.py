"""Spans of time as people type them: ``90s``, ``5m``, ``1h30m``."""

from __future__ import annotations

import re

import typer

_FORM = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s?)?", re.ASCII)
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def parse_duration(text: str) -> float:
    """Seconds of ``text``; a bare number is seconds. typer.BadParameter when it is neither, or not above 0."""
    found = _FORM.fullmatch(text)
    seconds = sum(int(found[unit] or 0) * size for unit, size in _SECONDS.items()) if found else 0
    if seconds <= 0:
        raise typer.BadParameter(f"{text!r} is no span of time; write for example 90s, 5m or 1h30m.")
    return float(seconds)
