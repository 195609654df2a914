"""The projector page on the real runtime: rendered hands go through the real MediaPipe."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import median

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hands import Point, show_hand, show_nobody
from tests.browser.wall import Camera, Wall
from tests.browser.watching import Watched, watched
from tests.support.processes import eventually

WIDTH, HEIGHT = 1280, 720
QUAD = {"topLeft": (0.25, 0.3), "topRight": (0.75, 0.34), "bottomRight": (0.72, 0.66), "bottomLeft": (0.28, 0.62)}
PLACES: dict[str, Point] = {
    "topLeft": (0.0, 0.0),
    "topRight": (1.0, 0.0),
    "bottomRight": (1.0, 1.0),
    "bottomLeft": (0.0, 1.0),
}
MAPPING = {"points": [{"id": name, "cameraX": x, "cameraY": y} for name, (x, y) in QUAD.items()]}
INDEX_TIP = 8
FARTHEST_OFF = 60.0
"""Pixels that the drawn fingertip may be off: MediaPipe's error, enlarged by the calibration."""

MOST_DIFFERING = 60
"""Pixels: edges may be rastered a little differently."""


@pytest.fixture
def page(chromium: Browser, wall: Wall) -> Iterator[Watched]:
    wall.ask("PUT", "/api/projection/live", {"objects": []})
    with watched(chromium, wall.page, "/projector") as page:
        yield page
    assert (page.complaints, page.foreign) == ([], [])


@pytest.fixture
def calibrated(wall: Wall) -> Iterator[None]:
    wall.ask("POST", "/api/projection/mapping", MAPPING)
    yield
    wall.ask("DELETE", "/api/projection/mapping")


def centre_of(quad: dict[str, Point]) -> Point:
    """Where the diagonals cross: the camera's view of the middle of the wall."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (
        quad[name] for name in ("topLeft", "topRight", "bottomRight", "bottomLeft")
    )
    share = ((bx - ax) * (dy - by) - (by - ay) * (dx - bx)) / ((cx - ax) * (dy - by) - (cy - ay) * (dx - bx))
    return ax + share * (cx - ax), ay + share * (cy - ay)


def differing_pixels(one: bytes, other: bytes) -> int:
    """In how many pixels two screenshots differ to the eye."""
    first, second = (cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR) for shot in (one, other))
    assert first is not None
    assert second is not None
    return int((np.abs(first.astype(int) - second.astype(int)).max(2) > 16).sum())


def tip_error(page: Watched, place: Point) -> float:
    """How far the drawn fingertip is from a place of the wall, in pixels of the page; the median of ten looks."""

    def look() -> float:
        page.page.wait_for_timeout(60)
        joints = eventually(page.joints, seconds=10, what="a hand on the page")
        x, y = joints[INDEX_TIP]
        return math.hypot(x - place[0] * WIDTH, y - place[1] * HEIGHT)

    return median(look() for _ in range(10))


def test_a_hand_is_drawn_where_it_is_on_the_wall(
    camera: Camera, page: Watched, calibrated: None, note: Callable[[object], None]
) -> None:
    sights = {**{name: (QUAD[name], PLACES[name]) for name in QUAD}, "centre": (centre_of(QUAD), (0.5, 0.5))}
    errors: dict[str, float] = {}
    for name, (sight, place) in sights.items():
        camera.show(show_hand("point", sight))
        expect(page.page.locator("#gesture")).to_have_attribute("data-gesture", "point", timeout=20_000)
        page.page.wait_for_timeout(700)
        errors[name] = tip_error(page, place)
        camera.show(show_nobody())
        page.wait_until_nobody_is_drawn()
    note(f"fingertip off by {', '.join(f'{name} {off:.1f}' for name, off in errors.items())} px of 1280 x 720")
    assert max(errors.values()) < FARTHEST_OFF


def test_a_pinch_makes_a_box_under_the_fingertip_on_every_page(
    chromium: Browser, wall: Wall, camera: Camera, page: Watched, calibrated: None
) -> None:
    with watched(chromium, wall.page, "/projector") as other:
        other.page.wait_for_timeout(1_000)
        camera.show(show_hand("pinch", (0.5, 0.5)))
        [box] = eventually(lambda: wall.ask("GET", "/api/projection/live")["objects"], seconds=20, what="a box")
        assert box["type"] == "box"
        for seen in (page, other):
            x, y = eventually(seen.joints, seconds=10, what="a hand")[INDEX_TIP]
            on_page = ((box["position"][0] / 10 + 0.5) * WIDTH, (0.5 - box["position"][1] / 10) * HEIGHT)
            assert math.hypot(x - on_page[0], y - on_page[1]) < FARTHEST_OFF
        camera.show(show_hand("pinch", (0.6, 0.5)))
        page.page.wait_for_timeout(1_500)
        camera.show(show_nobody())
        for seen in (page, other):
            seen.wait_until_nobody_is_drawn()
        eventually(
            lambda: differing_pixels(page.page.screenshot(), other.page.screenshot()) < MOST_DIFFERING,
            seconds=20,
            what="two pages that show the same",
        )
        moved = wall.ask("GET", "/api/projection/live")["objects"][0]
        assert moved["position"][0] > box["position"][0] + 1


def test_calibration_and_scene_survive_a_restart_and_the_page_comes_back_by_itself(
    wall: Wall, camera: Camera, page: Watched, calibrated: None
) -> None:
    camera.show(show_hand("pinch", (0.5, 0.5)))
    eventually(lambda: wall.ask("GET", "/api/projection/live")["objects"], seconds=20, what="a box")
    camera.show(show_nobody())
    page.wait_until_nobody_is_drawn()
    before = page.page.screenshot()
    wall.stop()
    expect(page.page.locator("#connection")).to_be_visible(timeout=10_000)
    page.page.wait_for_timeout(60_000)
    wall.start()
    expect(page.page.locator("#connection")).to_be_hidden(timeout=20_000)
    eventually(
        lambda: differing_pixels(page.page.screenshot(), before) < MOST_DIFFERING,
        seconds=20,
        what="the wall as it was before",
    )
    assert wall.ask("GET", "/api/projection/mapping")["calibrated"] is True


def test_a_wall_is_calibrated_by_hand(wall: Wall, camera: Camera, page: Watched) -> None:
    page.page.keyboard.press("c")
    expect(page.page.locator("#guide")).to_contain_text("top left", timeout=5_000)
    targets = {"topLeft": (0.3, 0.35), "topRight": (0.7, 0.35), "bottomRight": (0.7, 0.65), "bottomLeft": (0.3, 0.65)}
    following = ["top right", "bottom right", "bottom left", "Calibrated"]
    for (_, target), text in zip(targets.items(), following, strict=True):
        camera.show(show_hand("point", target))
        expect(page.page.locator("#guide")).to_contain_text(text, timeout=20_000)
    points = {point["id"]: point for point in wall.ask("GET", "/api/projection/mapping")["points"]}
    inset = 0.08 * (0.7 - 0.3) / (1 - 2 * 0.08)
    assert points["topLeft"]["cameraX"] == pytest.approx(0.3 - inset, abs=0.04)
    assert points["bottomRight"]["cameraY"] == pytest.approx(0.65 + inset * 0.75, abs=0.05)
    wall.ask("DELETE", "/api/projection/mapping")


def test_a_projector_shows_its_part_of_the_wall_warped_as_it_was_set_up(
    chromium: Browser, wall: Wall, page: Watched
) -> None:
    half = {"region": {"x": 0.5, "y": 0, "width": 0.5, "height": 1}, "blend": {"left": 0.2}}
    wall.ask("PUT", "/api/projection/projectors/right", half)
    with watched(chromium, wall.page, "/projector?projector=right") as right:
        right.page.keyboard.press("k")
        expect(right.page.locator("#guide")).to_contain_text("Corner: topLeft")
        right.page.keyboard.press("Shift+ArrowRight")
        right.page.keyboard.press("Shift+ArrowDown")
        right.page.keyboard.press("Enter")
        eventually(
            lambda: wall.ask("GET", "/api/projection/projectors/right")["corners"]["topLeft"] == {"x": 0.02, "y": 0.02},
            seconds=10,
            what="the corner to be kept",
        )
        assert right.page.locator("#wall").evaluate("wall => wall.style.transform").startswith("matrix3d(")
        dark, light = (
            right.page.evaluate(
                "x => document.getElementById('edges').getContext('2d').getImageData(x, 300, 1, 1).data[3]", x
            )
            for x in (2, 600)
        )
        assert (dark > 200, light) == (True, 0)
    assert page.page.locator("#wall").evaluate("wall => wall.style.transform") == ""
    wall.ask("DELETE", "/api/projection/projectors/right")


def test_what_the_ai_says_and_what_somebody_posts_is_shown_as_text(wall: Wall, page: Watched) -> None:
    script = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    wall.ask("POST", "/api/projection/content", {"content": {"text": script}, "position": {"x": 0.5, "y": 0.3}})
    expect(page.page.locator("#content figcaption")).to_have_text(script, timeout=5_000)
    wall.ask("POST", "/api/projection/content", {"content": {"text": ""}})
    expect(page.page.locator("#content figure")).to_have_count(0, timeout=5_000)
    assert page.violations == []
