"""The control panel in a real Chromium, on the real runtime."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from hack.web.npm import ensure_packages
from tests.browser.hands import show_hand, show_nobody
from tests.browser.wall import Camera, Wall
from tests.browser.watching import Watched, watched
from tests.support.processes import eventually

PICTURES = Path(__file__).resolve().parents[2] / "build"
DELAYS = 60
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
BOX = {"id": "box_1", "type": "box", "position": [1, 1, -2], "scale": [1, 1, 1], "color": "#4de1ff"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def panel(chromium: Browser, wall: Wall) -> Iterator[Watched]:
    with watched(chromium, wall.page, "/") as panel:
        expect(panel.page.locator("#connection")).to_have_text("Live", timeout=10_000)
        yield panel
    assert (panel.complaints, panel.foreign) == ([], [])


def findings(page: Watched) -> list[str]:
    """What axe says against the page (WCAG 2.2 A and AA)."""
    page.page.evaluate((ensure_packages() / "node_modules" / "axe-core" / "axe.min.js").read_text())
    found: dict[str, Any] = page.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{item['id']} ({item['impact']}): {item['nodes'][0]['html']}" for item in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/projector"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nothing_speaks_against_a_page_for_whoever_sees_or_moves_otherwise(
    chromium: Browser, wall: Wall, camera: Camera, path: str, scheme: str, device: str
) -> None:
    camera.show(show_hand("open_palm", (0.5, 0.3)))
    options = {**(PHONE if device == "phone" else {}), "color_scheme": scheme, "reduced_motion": "reduce"}
    with watched(chromium, wall.page, path, **options) as page:
        page.page.wait_for_timeout(2_500)
        assert findings(page) == []
        assert page.violations == []
        wide = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "it scrolls sideways"
        PICTURES.mkdir(exist_ok=True)
        name = "panel" if path == "/" else "wall"
        page.page.screenshot(path=PICTURES / f"{name}-{device}-{scheme}.png", full_page=path == "/")


def test_the_panel_tells_what_hands_do_and_how_services_are(camera: Camera, panel: Watched) -> None:
    camera.show(show_hand("peace", (0.5, 0.3)))
    expect(panel.page.locator("#gestures .now")).to_have_text("Peace", timeout=20_000)
    expect(panel.page.locator("#gestures .history li").first).to_contain_text("Peace")
    camera.show(show_nobody())
    expect(panel.page.locator("#gestures .now")).to_have_text("No hand", timeout=20_000)
    expect(panel.page.locator("#services dt", has_text="Vision")).to_have_attribute("data-state", "good")
    expect(panel.page.locator("#services dt", has_text="Model")).to_have_attribute("data-state", "bad")


def test_a_wall_is_calibrated_by_keyboard_alone_and_by_dragging(wall: Wall, panel: Watched) -> None:
    handle = panel.page.get_by_role("button", name="Top left corner")
    handle.focus()
    for _ in range(5):
        handle.press("Shift+ArrowLeft")
    save = panel.page.locator("#calibration").get_by_role("button", name="Save")
    save.focus()
    save.press("Enter")
    expect(panel.page.locator("#calibration .state")).to_have_text("Calibrated")
    points = {point["id"]: point for point in wall.ask("GET", "/api/projection/mapping")["points"]}
    assert points["topLeft"] == {"id": "topLeft", "cameraX": pytest.approx(0.1), "cameraY": pytest.approx(0.2)}
    corner = panel.page.get_by_role("button", name="Bottom right corner")
    corner.scroll_into_view_if_needed()
    box = corner.bounding_box()
    assert box is not None
    panel.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel.page.mouse.down()
    panel.page.mouse.move(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2 + 20, steps=5)
    panel.page.mouse.up()
    save.click()
    eventually(
        lambda: wall.ask("GET", "/api/projection/mapping")["points"][2]["cameraX"] > 0.85,
        seconds=5,
        what="a new corner",
    )
    panel.page.locator("#calibration").get_by_role("button", name="Reset").click()
    eventually(lambda: not wall.ask("GET", "/api/projection/mapping")["calibrated"], seconds=5, what="no calibration")


def test_a_scene_is_kept_cleared_and_brought_back(wall: Wall, panel: Watched) -> None:
    wall.ask("PUT", "/api/projection/live", {"objects": [BOX]})
    scenes = panel.page.locator("#scenes")
    expect(scenes.locator(".state")).to_have_text("One object on the wall")
    scenes.get_by_role("textbox", name="Name").fill("Mine <b>")
    scenes.get_by_role("button", name="Keep the scene").click()
    expect(scenes.locator(".kept li")).to_contain_text("Mine <b> (1)")
    scenes.get_by_role("button", name="Clear the wall").click()
    eventually(lambda: wall.ask("GET", "/api/projection/live")["objects"] == [], seconds=5, what="an empty wall")
    scenes.get_by_role("button", name="Show Mine <b>").click()
    eventually(lambda: wall.ask("GET", "/api/projection/live")["objects"], seconds=5, what="the box again")
    scenes.get_by_role("button", name="Undo").click()
    eventually(lambda: wall.ask("GET", "/api/projection/live")["objects"] == [], seconds=5, what="an empty wall")
    scenes.get_by_role("button", name="Delete Mine <b>").click()
    expect(scenes.locator(".kept li")).to_have_count(0)


def test_without_a_model_the_chat_says_so(panel: Watched) -> None:
    chat = panel.page.locator("#chat")
    chat.get_by_role("textbox", name="Question").fill("Who are you?")
    chat.get_by_role("button", name="Ask").click()
    expect(chat.locator("[data-who=you]")).to_have_text("Who are you?")
    expect(chat.locator("[data-who=error]")).not_to_be_empty(timeout=15_000)


def test_a_link_for_a_projector_carries_its_name(wall: Wall, panel: Watched) -> None:
    panel.page.locator("#settings [name=projector]").fill("left")
    panel.page.get_by_role("button", name="Make a link").click()
    expect(panel.page.locator("#settings .link a")).to_have_attribute("href", f"{wall.page}/projector?projector=left")


def test_the_browsers_camera_becomes_the_walls_camera(
    chromium: Browser, wall: Wall, panel: Watched, note: Callable[[object], None]
) -> None:
    with watched(chromium, wall.page, "/projector") as page:
        panel.page.get_by_role("button", name="Share this device's camera").click()
        expect(page.page.locator("#gesture")).to_have_attribute("data-gesture", "peace", timeout=30_000)
        expect(panel.page.locator("#camera .state")).to_contain_text("Sharing", timeout=10_000)
        eventually(
            lambda: page.page.evaluate("window.dixi.delays.length") >= DELAYS,
            seconds=90,
            what=f"{DELAYS} frames painted",
        )
        delays = sorted(page.page.evaluate(f"window.dixi.delays.slice(-{DELAYS})"))
        median, late = delays[len(delays) // 2], delays[len(delays) * 95 // 100]
        note(f"from the camera to paint: p50 {median:.0f} ms, p95 {late:.0f} ms")
        panel.page.get_by_role("button", name="Stop sharing").click()
        expect(page.page.locator("#gesture")).to_have_attribute("data-gesture", "", timeout=10_000)
        assert (page.complaints, page.foreign) == ([], [])
