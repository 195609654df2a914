"""The projector page in a real Chromium: it shows the hand and names the gesture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.support.node import Install

SCREENSHOT = Path(__file__).resolve().parent.parent.parent / "build" / "projector.png"
NAMES = re.compile(r"open.palm|fist|point|peace|pinch|thumbs.up", re.IGNORECASE)


@pytest.fixture(scope="session")
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    yield page
    page.close()


def test_the_page_draws_the_hand_and_names_the_gesture(install: Install, page: Page) -> None:
    complaints: list[str] = []
    foreign: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((install.address, install.address.replace("http", "ws", 1), "data:", "blob:")):
            foreign.append(request.url)

    page.on("console", note)
    page.on("request", watch)
    page.goto(f"{install.address}/projector")
    gesture = page.locator("[data-gesture]")
    expect(gesture).to_have_text(NAMES, timeout=20_000)
    painted = page.evaluate(
        """() => {
            const canvas = document.getElementById('hands');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const first = pixels.slice(0, 3).join();
            let different = 0;
            for (let i = 0; i < pixels.length; i += 4) if (pixels.slice(i, i + 3).join() !== first) different++;
            return different;
        }"""
    )
    assert painted > 500
    SCREENSHOT.parent.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOT)
    assert complaints == []
    assert foreign == []


def test_the_page_shows_every_gesture_of_the_sequence(install: Install, page: Page) -> None:
    page.goto(f"{install.address}/projector")
    seen = page.evaluate(
        """() => new Promise((resolve) => {
            const seen = new Set();
            const look = setInterval(() => seen.add(document.querySelector('[data-gesture]').textContent), 50);
            setTimeout(() => { clearInterval(look); resolve(JSON.stringify([...seen])); }, 25000);
        })"""
    )
    shown = {str(name).lower().replace(" ", "_") for name in json.loads(seen)}
    assert {"open_palm", "fist", "point", "peace", "pinch", "thumbs_up"} <= shown
