from __future__ import annotations

import io

from rich.console import Console, RenderableType

from dixi_operator.cli.happenings import Happening
from dixi_operator.cli.pages import draw_status, list_edges, list_notes
from tests.unit.operator.cli.installs import READY, STALLED, WAITING, build_condition, build_install


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


def test_the_edge_that_is_waited_on_is_named() -> None:
    assert list_edges(WAITING) == ["backend waits for vision"]
    assert "backend waits for vision" in write(draw_status(WAITING))
    assert list_edges(READY) == []


def test_objects_are_counted_by_kind_and_attempts_listed() -> None:
    install = build_install(build_condition("Ready", "True", "Ready"))
    install["status"] |= {
        "inventory": [{"kind": "Service", "name": "a"}, {"kind": "Deployment", "name": "a"}, {"kind": "Service"}],
        "history": [
            {
                "revision": "a1",
                "outcome": "Applied",
                "generation": 3,
                "version": "1.0.0",
                "startedAt": "2026-11-25T12:00:00Z",
                "finishedAt": "2026-11-25T12:00:09Z",
            },
            {"revision": "a0", "outcome": "Failed", "generation": 2, "version": "1.0.0"},
        ],
    }
    page = write(draw_status(install))
    assert "objects 3: 1 Deployment, 2 Service" in page
    assert "a1 Applied generation 3 version 1.0.0 2026-11-25T12:00:00Z (9 s)" in page
    assert "a0 Failed generation 2 version 1.0.0\n" in page


def test_notes_of_a_ready_install_and_changes_by_others_are_shown() -> None:
    install = build_install(build_condition("Ready", "True", "Ready", "everything runs; spec.vision: no GPU"))
    drift = Happening(
        time="2026-11-25T12:00:00Z",
        object="DixiInstall wall",
        reason="DriftRepaired",
        note="Service backend: it was put back",
        type="Warning",
        count=1,
        source="dixi.io/operator",
    )
    assert list_notes(install) == ["spec.vision: no GPU"]
    assert list_notes(WAITING) == []
    page = write(draw_status(install, [drift]))
    assert "spec.vision: no GPU" in page
    assert "DriftRepaired: Service backend: it was put back" in page


def test_who_computes_on_what_and_why_is_shown() -> None:
    install = build_install(build_condition("Ready", "True", "Ready"))
    install["status"]["gpus"] = [
        {"component": "ollama", "mode": "CPU", "message": "no node has any"},
        {
            "component": "vision",
            "mode": "GPU",
            "message": "1 nvidia.com/gpu on node a",
            "delegate": "gpu",
            "rollout": "Surge",
            "rolloutMessage": "one is spare",
        },
    ]
    page = write(draw_status(install))
    assert "ollama on the CPU: no node has any" in page
    assert "vision on the GPU: 1 nvidia.com/gpu on node a; computes on gpu; Surge, because one is spare" in page
