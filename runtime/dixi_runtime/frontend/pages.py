"""The HTML pages, and what their policy has to know of them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page's HTML, and the digests of the scripts in it, as a Content-Security-Policy names them."""

    text: str
    script_digests: tuple[str, ...]


def read_page(path: Path) -> Page:
    """The page in a file."""
    text = path.read_text(encoding="utf-8")
    return Page(text, tuple(_digest(script) for script in _INLINE_SCRIPT.findall(text)))


def _digest(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
