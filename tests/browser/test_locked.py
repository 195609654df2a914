"""An install with an API key: the panel asks for it once, and a projector's link carries a token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hands import show_hand
from tests.browser.wall import Camera, Wall, running_wall
from tests.browser.watching import watched

KEY = "the-key-of-this-test"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    folder = tmp_path_factory.mktemp("locked")
    secrets = {"API_KEY": KEY, "JWT_SECRET": "a secret of at least thirty-two bytes", "API_KEY_PROTECTS": "everything"}
    with running_wall(folder, VISION_SOURCE="push", **secrets) as wall:
        yield wall


def test_the_panel_asks_for_the_key_and_makes_a_link_that_opens_a_wall(chromium: Browser, locked: Wall) -> None:
    with watched(chromium, locked.page, "/") as panel, Camera(f"{locked.push}?token={KEY}") as camera:
        camera.show(show_hand("peace", (0.5, 0.3)))
        page = panel.page
        expect(page.locator("#connection")).to_have_text("Locked: log in under Settings", timeout=10_000)
        page.get_by_label("API key").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#settings .state")).to_contain_text("Unauthorized", timeout=5_000)
        page.get_by_label("API key").fill(KEY)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#connection")).to_have_text("Live", timeout=20_000)
        page.get_by_role("button", name="Make a link").click()
        anchor = page.locator("#settings .link a")
        link = anchor.get_attribute("href", timeout=5_000)
        assert link is not None
        assert "#token=" in link
        assert KEY not in link
        assert KEY not in page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
        with watched(chromium, locked.page, link.removeprefix(locked.page)) as wall:
            expect(wall.page.locator("#gesture")).to_have_attribute("data-gesture", "peace", timeout=20_000)
            assert wall.page.url == f"{locked.page}/projector"
            wall.page.reload(wait_until="domcontentloaded")
            expect(wall.page.locator("#gesture")).to_have_attribute("data-gesture", "peace", timeout=20_000)


def test_without_a_token_a_wall_says_what_it_needs(chromium: Browser, locked: Wall) -> None:
    with watched(chromium, locked.page, "/projector") as wall:
        expect(wall.page.locator("#connection")).to_contain_text("needs a link with a token", timeout=10_000)
        expect(wall.page.locator("#connection")).to_be_visible()
