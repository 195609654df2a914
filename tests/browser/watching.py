"""Pages that note what no page should do, and what they drew last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

_NOTE: Final = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
window.joints = [];
const arc = CanvasRenderingContext2D.prototype.arc;
CanvasRenderingContext2D.prototype.arc = function (x, y, ...rest) {
  if (window.joints.length >= 21) window.joints = [];
  window.joints.push([x, y]);
  return arc.call(this, x, y, ...rest);
};
"""

_IS_EMPTY: Final = """
() => {
  const canvas = document.getElementById('hands');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.every((value) => value === 0);
}
"""


class Watched:
    """A page, what it complained of, and whom it asked beside its own origin."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self._host = urlsplit(origin).netloc
        page.add_init_script(_NOTE)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._look)
        page.on("websocket", lambda socket: self._check(socket.url))

    @property
    def violations(self) -> list[str]:
        """What its Content-Security-Policy has stopped."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def joints(self) -> list[tuple[float, float]]:
        """The 21 joints of the hand that was drawn last, in pixels of the canvas; empty when none was."""
        found: list[list[float]] = json.loads(self.page.evaluate("JSON.stringify(window.joints)"))
        return [(x, y) for x, y in found] if len(found) == 21 else []

    def wait_until_nobody_is_drawn(self) -> None:
        """Wait until the canvas of the hands is empty, and what follows from that is painted."""
        self.page.wait_for_function(_IS_EMPTY, timeout=20_000)
        self.page.wait_for_timeout(300)

    def _note(self, message: ConsoleMessage) -> None:
        # A service that is away is the page's business to tell and the browser's to note; it is we who read canvases.
        if message.type in {"error", "warning"} and not message.text.startswith(
            ("Failed to load resource", "WebSocket", "Canvas2D: Multiple readback")
        ):
            self.complaints.append(message.text)

    def _look(self, request: Request) -> None:
        self._check(request.url)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self._host:
            self.foreign.append(url)


@contextmanager
def watched(chromium: Browser, origin: str, path: str, **options: Any) -> Iterator[Watched]:
    """A page in a window of its own."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
    page = Watched(context.new_page(), origin)
    # A camera that shows nothing yet keeps a page from being loaded.
    page.page.goto(origin + path, wait_until="domcontentloaded")
    yield page
    context.close()
