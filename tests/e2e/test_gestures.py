"""Rendered hands go through the real landmarker and come out, named, at a client of the projector's address."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from websockets.sync.client import connect

from tests.support.node import Install

GESTURES = ("open_palm", "fist", "point", "peace", "pinch", "thumbs_up")
ROUND_SECONDS = 60.0
SETTLING_FRAMES = 10  # a third of a second at 30 frames a second: the hand moves over, the classifier debounces
GOAL = 0.95


def receive_frames(address: str, count: int) -> Iterator[dict[str, Any]]:
    with connect(f"{address.replace('http', 'ws', 1)}/ws", open_timeout=10, close_timeout=2) as socket:
        while count:
            message = json.loads(socket.recv(timeout=ROUND_SECONDS))
            if message["type"] == "tracking":
                count -= 1
                yield message["data"]


def shown(frame: dict[str, Any]) -> str:
    hands = [hand for hand in (frame["hands"]["right"], frame["hands"]["left"]) if hand]
    return hands[0]["gesture"] if hands else "none"


def share_of_settled_frames(frames: Sequence[dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """Per true gesture: settled frames, and those of them that name it."""
    settled: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for expected, group in groupby(frames, key=lambda frame: str(frame["expected"])):
        for frame in list(group)[SETTLING_FRAMES:]:
            settled[expected] += 1
            right[expected] += shown(frame) == expected
    return settled, right


def test_a_client_at_the_projectors_address_sees_each_of_six_known_gestures(
    install: Install, note: Callable[[object], None]
) -> None:
    settled, right = share_of_settled_frames(list(receive_frames(install.address, 900)))
    note({name: f"{right[name]}/{settled[name]}" for name in settled})
    assert set(GESTURES) <= set(settled)
    assert right.total() / settled.total() >= GOAL
    assert all(right[name] / settled[name] >= GOAL for name in GESTURES)


def test_everything_from_the_synthetic_camera_says_so(install: Install) -> None:
    assert all(frame["simulated"] is True for frame in receive_frames(install.address, 30))


def test_both_ports_of_the_backend_take_clients_and_greet_them(install: Install) -> None:
    code = (
        "import json,sys;from websockets.sync.client import connect\n"
        "for url in sys.argv[1:]:\n"
        "  with connect(url) as s: print(json.loads(s.recv(5))['message'])"
    )
    urls = ["ws://backend:3001/", "ws://backend:3001/ws", "ws://backend:3002/any/path"]
    printed = install.run_in(install.pod_of("frontend"), "python", "-c", code, *urls)
    assert printed.splitlines() == ["Connected to Dixi WebSocket server"] * 3
