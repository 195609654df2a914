import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.hub.protocol import CHANNELS, DEFAULT_CHANNELS, Subscription, respond

START = Subscription()


def reply(message: object, current: Subscription = START) -> dict[str, object] | None:
    return respond(json.dumps(message), current, 5)[0]


@pytest.mark.parametrize("text", ["not json", "", "null", "{", b"\xff", "NaN"])
def test_what_is_no_json_and_null_get_no_reply(text: str | bytes) -> None:
    assert respond(text, START, 5) == (None, START)


def test_a_ping_gets_a_pong() -> None:
    assert reply({"type": "ping"}) == {"type": "pong", "originalType": "ping", "timestamp": 5}


@pytest.mark.parametrize("message", [[], 1, "text", {}, {"type": 3}, {"type": "x" * 1000}])
def test_a_message_without_a_usable_type_is_acknowledged_without_one(message: object) -> None:
    assert reply(message) == {"type": "ack", "timestamp": 5}


def test_any_other_message_is_acknowledged_with_its_type() -> None:
    assert reply({"type": "hello"}) == {"type": "ack", "originalType": "hello", "timestamp": 5}


def test_subscribing_replaces_what_a_client_gets() -> None:
    said, chosen = respond('{"type":"subscribe","channels":["gesture","nonsense",3],"profile":"full"}', START, 5)
    assert chosen == Subscription(frozenset({"gesture"}), "full")
    assert said is not None
    assert said["type"] == "subscribed"
    assert said["channels"] == ["gesture"]
    assert said["profile"] == "full"


def test_subscribing_without_channels_means_all_but_the_scene_which_has_to_be_asked_for() -> None:
    _, chosen = respond('{"type":"subscribe"}', Subscription(frozenset()), 5)
    assert chosen.channels == frozenset(CHANNELS) - {"scene"}
    _, chosen = respond('{"type":"subscribe","channels":["scene"]}', START, 5)
    assert chosen.channels == {"scene"}


def test_unsubscribing_takes_channels_away() -> None:
    said, chosen = respond('{"type":"unsubscribe","channels":["tracking"]}', START, 5)
    assert chosen.channels == frozenset(DEFAULT_CHANNELS) - {"tracking"}
    assert said is not None
    assert said["type"] == "unsubscribed"


@given(st.text() | st.binary())
def test_nothing_that_a_client_says_breaks_it(text: str | bytes) -> None:
    said, _ = respond(text, START, 5)
    assert said is None or said["timestamp"] == 5
