"""A page for people who set up a camera; it needs nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from ..stream import Stream

PAGE: Final = Path(__file__).with_name("dashboard.html")


def build_router(stream: Stream) -> APIRouter:
    """GET /dashboard."""
    router = APIRouter(tags=["about"])
    page = PAGE.read_text(encoding="utf-8")
    headers = {"Content-Security-Policy": build_policy(page), "X-Content-Type-Options": "nosniff"}

    @router.get("/dashboard", response_class=HTMLResponse)
    async def dashboard() -> Response:
        """The video, what is seen, the log, and buttons that start and stop."""
        return HTMLResponse(page, headers=headers)

    return router


def build_policy(page: str) -> str:
    """The Content-Security-Policy that lets the page's own script and style run, by their hashes, and nothing else.

    https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    script, style = (_hash(page, tag) for tag in ("script", "style"))
    return (
        f"default-src 'none'; script-src '{script}'; style-src '{style}'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _hash(page: str, tag: str) -> str:
    (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
