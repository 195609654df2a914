"""What a backend that lies can do to the projector page: nothing that lasts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tests.browser.watching import Watched, watched
from tests.support.processes import eventually, find_free_port, read_url, running

HAND = {"detected": True, "gesture": "fist", "landmarks": [{"x": 0.5, "y": 0.5, "z": 0}] * 21}
SCRIPT = "<img src=x onerror='window.owned=1'><script>window.owned=1</script>"
BOX = {"type": "box", "position": [0, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1], "color": "#ffffff"}


def message(kind: str, data: object) -> str:
    return json.dumps({"type": kind, "data": data})


HOSTILE: Final = {
    "no JSON": "{",
    "null": "null",
    "a list": "[1,2,3]",
    "very deep": "[" * 20_000 + "]" * 20_000,
    "not a number": '{"type":"tracking","data":{"hands":{"right":{"landmarks":[NaN]}}}}',
    "infinite landmarks": message(
        "tracking", {"hands": {"right": {**HAND, "landmarks": [{"x": 1e308, "y": -1e308}] * 21}}}
    ),
    "half a hand": message("tracking", {"hands": {"right": {**HAND, "landmarks": [{"x": 1, "y": 1}] * 7}}}),
    "a hand without a position": message("tracking", {"hands": {"right": {"detected": True}}}),
    "a face and a body": message(
        "tracking",
        {
            "face": {"detected": True, "bounding_box": {}},
            "body": {"detected": True, "landmarks": [{}]},
            "hands": {"left": None, "right": HAND},
        },
    ),
    "hands that are text": message("tracking", {"hands": SCRIPT}),
    "script in an answer": message("ai_response", {"response": SCRIPT, "query": SCRIPT}),
    "an answer of a megabyte": message("ai_response", {"response": "x" * 1_000_000}),
    "script in content": message(
        "projection", {"type": "content_update", "content": {"text": SCRIPT, "image": "javascript:1"}}
    ),
    "a picture from elsewhere": message(
        "projection", {"type": "content_update", "content": {"image": "http://elsewhere.invalid/x.png", "text": "x"}}
    ),
    "style that is script": message(
        "projection", {"type": "content_update", "content": "x", "style": {"color": "expression(1)", "size": 1e9}}
    ),
    "a matrix of text": message(
        "projection", {"type": "mapping_update", "calibrationData": {"matrix": [["a"] * 3] * 3}}
    ),
    "a matrix of nothing": message(
        "projection", {"type": "mapping_update", "calibrationData": {"matrix": [[0] * 3] * 3}}
    ),
    "ten thousand objects": message(
        "scene", {"revision": 5, "objects": [{**BOX, "id": f"box_{number}"} for number in range(10_000)]}
    ),
    "objects out of this world": message(
        "scene",
        {
            "revision": 6,
            "objects": [{**BOX, "id": "far", "position": [1e300, 0, 0]}, {**BOX, "id": "x", "type": SCRIPT}],
        },
    ),
    "a name that is script": message("tracking", {"hands": {"right": {**HAND, "gesture": SCRIPT}}}),
}


class Liar:
    """A backend that says what it is told to, to every page."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.pages: list[ServerConnection] = []

    def say(self, text: str) -> None:
        for page in list(self.pages):
            page.send(text)


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    pages: list[ServerConnection] = []

    def hear(page: ServerConnection) -> None:
        pages.append(page)
        try:
            for _ in page:
                pass
        except ConnectionClosed:
            pages.remove(page)

    with serve(hear, "127.0.0.1", 0, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        liar = Liar(server)
        liar.pages = pages
        yield liar
        server.shutdown()


@pytest.fixture(scope="module")
def origin(liar: Liar, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real frontend, whose backend is the liar."""
    port = find_free_port()
    environment = {
        "FRONTEND_PORT": str(port),
        "BACKEND_WS_URL": f"ws://127.0.0.1:{liar.server.socket.getsockname()[1]}",
        "BACKEND_URL": "http://127.0.0.1:9",
        "VISION_SERVICE_URL": "http://127.0.0.1:9",
    }
    address = f"http://127.0.0.1:{port}"
    with running("dixi_runtime", ["frontend"], environment, tmp_path_factory.mktemp("frontend") / "log"):
        eventually(lambda: read_url(f"{address}/healthz"), seconds=20, what="the frontend")
        yield address


@pytest.fixture(scope="module")
def page(chromium: Browser, origin: str, liar: Liar) -> Iterator[Watched]:
    with watched(chromium, origin, "/projector") as page:
        eventually(lambda: liar.pages, seconds=20, what="the page at the liar")
        yield page


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_page_stays_up_whatever_it_is_told(liar: Liar, page: Watched, text: str) -> None:
    liar.say(text)
    page.page.wait_for_timeout(150)
    liar.say(message("projection", {"type": "mapping_update", "calibrationData": None}))
    for gesture in ("open_palm", "fist"):
        liar.say(message("tracking", {"hands": {"right": {**HAND, "gesture": gesture}}}))
        expect(page.page.locator("#gesture")).to_have_attribute("data-gesture", gesture, timeout=5_000)
    owned: Any = page.page.evaluate("window.owned ?? null")
    assert owned is None
    assert (page.complaints, page.foreign, page.violations) == ([], [], [])


def test_a_browser_without_webgl_draws_flat_and_says_so(chromium: Browser, origin: str, liar: Liar) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(
        """const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest);
        };"""
    )
    page.goto(f"{origin}/projector")
    expect(page.locator("#flat")).to_be_visible(timeout=10_000)
    eventually(lambda: len(liar.pages) > 1, seconds=10, what="the page at the liar")
    liar.say(message("scene", {"revision": 9, "objects": [{**BOX, "id": "box_1", "color": "#ff0000"}]}))
    page.wait_for_function(
        """() => {
            const canvas = document.getElementById('hands');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            for (let i = 0; i < pixels.length; i += 4) if (pixels[i] > 200 && pixels[i + 1] < 50) return true;
            return false;
        }""",
        timeout=10_000,
    )
    context.close()


def test_a_backend_that_goes_is_told_after_a_while_and_the_page_waits(chromium: Browser, tmp_path: Path) -> None:
    port = find_free_port()
    away = "http://127.0.0.1:9"
    nobody = {"BACKEND_URL": away, "VISION_SERVICE_URL": away, "FRONTEND_PORT": str(port)}
    address = f"http://127.0.0.1:{port}"
    with running("dixi_runtime", ["frontend"], nobody, tmp_path / "log"):
        eventually(lambda: read_url(f"{address}/healthz"), seconds=20, what="the frontend")
        with watched(chromium, address, "/projector") as page:
            expect(page.page.locator("#connection")).to_have_text("Offline, trying again", timeout=10_000)
            expect(page.page.locator("#connection")).to_be_visible(timeout=10_000)
            assert page.complaints == []
