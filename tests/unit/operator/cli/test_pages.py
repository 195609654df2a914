from __future__ import annotations

import io

from rich.console import Console, RenderableType

from dixi_operator.cli.pages import draw_status
from tests.unit.operator.cli.installs import READY, STALLED, WAITING


def write(page: RenderableType) -> str:
    """The page as plain text, wide enough to wrap nothing."""
    console = Console(file=io.StringIO(), width=500)
    with console.capture() as capture:
        console.print(page)
    return capture.get()


def test_the_tree_of_a_ready_install_is_short() -> None:
    page = write(draw_status(READY))
    assert page.splitlines()[0] == "DixiInstall wall (version 1.0.0)"
    assert "+ VisionReady=True Healthy (since 2026-11-25T12:00:00Z)" in page
    assert "Everything runs." not in page
    assert "- vision 0/1 localhost/dixi-runtime:1.0.0" in page
    assert "endpoint http://10.0.0.1:30080" in page


def test_what_is_not_well_says_why() -> None:
    page = write(draw_status(WAITING))
    assert "- VisionReady=False RolloutStuck Deployment vision: 0 of 1 replicas are available." in page
    assert "? Reconciling=True RolloutInProgress (since" in page
    assert "- Stalled=True SpecInvalid spec.vision.fps: no." in write(draw_status(STALLED))


def test_an_install_without_a_status_has_a_page_too() -> None:
    assert "no status yet" in write(draw_status({"metadata": {"name": "wall"}}))
