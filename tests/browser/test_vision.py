"""What a browser makes of the vision role's video and of its debug page, of a service beside the node."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from prometheus_client.parser import text_string_to_metric_families

from tests.unit.runtime.vision.http.programs import running_vision

TWO_FEEDS = """
<img id="first" src="{url}/video_feed"><img id="second" src="{url}/video_feed?t=1">
"""
SIZES = "images => images.map(image => [image.naturalWidth, image.naturalHeight])"
MILLISECONDS = 20_000


@pytest.fixture(scope="module")
def vision(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service that shows a rendered hand; nobody looks at it."""
    folder = tmp_path_factory.mktemp("service")
    environment = {"VISION_SOURCE": "synthetic", "SYNTHETIC_SEQUENCE": "fist", "MODEL_DIR": str(folder)}
    with running_vision(folder, environment) as client:
        yield client


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    yield page
    page.close()


def url_of(vision: httpx.Client) -> str:
    return str(vision.base_url).rstrip("/")


def count(vision: httpx.Client, name: str) -> float:
    families = text_string_to_metric_families(vision.get("/metrics").text)
    return sum(sample.value for family in families for sample in family.samples if sample.name == name)


def test_two_feeds_at_once_are_640_by_480_and_cost_one_encoding_a_frame(vision: httpx.Client, page: Page) -> None:
    page.set_content(TWO_FEEDS.format(url=url_of(vision)))
    images = page.locator("img")
    page.wait_for_function("() => [...document.images].every(image => image.naturalWidth > 0)", timeout=MILLISECONDS)
    assert images.evaluate_all(SIZES) == [[640, 480], [640, 480]]
    assert count(vision, "dixi_vision_viewers") == 2
    encoded, captured = (count(vision, name) for name in (ENCODED, CAPTURED))
    page.wait_for_timeout(2_000)
    more_encoded, more_captured = count(vision, ENCODED) - encoded, count(vision, CAPTURED) - captured
    assert 0 < more_encoded <= more_captured + 2


ENCODED = "dixi_vision_pictures_encoded_total"
CAPTURED = "dixi_vision_frames_captured_total"


def test_the_debug_page_needs_nothing_from_outside_and_its_buttons_work(vision: httpx.Client, page: Page) -> None:
    complaints: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(url_of(vision)) else foreign.append(request.url))
    page.goto(f"{url_of(vision)}/dashboard")
    expect(page.locator("#simulated")).to_be_visible(timeout=MILLISECONDS)
    expect(page.locator("#health")).to_contain_text('"service": "vision"', timeout=MILLISECONDS)
    expect(page.locator("#logs")).to_contain_text("model cannot be read", timeout=MILLISECONDS)
    page.wait_for_function("() => document.images[0].naturalWidth === 640", timeout=MILLISECONDS)
    page.get_by_role("button", name="stop gesture").click()
    expect(page.locator("#answer")).to_contain_text('"stopped"', timeout=MILLISECONDS)
    page.get_by_role("button", name="start face").click()
    expect(page.locator("#answer")).to_contain_text("Face detection has no model", timeout=MILLISECONDS)
    assert (complaints, foreign) == ([], [])
