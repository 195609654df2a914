from __future__ import annotations

from typing import Any

from dixi_operator.api.types import Manifest
from dixi_operator.cli.happenings import arrange_happenings, draw_happenings, is_about, read_happening
from dixi_operator.cli.screen import write_text


def make_event(name: str = "wall.1", **fields: Any) -> Manifest:
    """An Event as ``events.k8s.io/v1`` gives it."""
    regarding = {"kind": "DixiInstall", "name": "wall", "uid": "4b2f"}
    return {"metadata": {"name": name, "namespace": "default"}, "regarding": regarding, "reason": "Ready", **fields}


def test_an_event_of_the_old_api_has_its_count_and_last_time() -> None:
    event = make_event(
        deprecatedCount=7,
        deprecatedLastTimestamp="2026-11-25T12:00:05Z",
        deprecatedSource={"component": "kubelet"},
        eventTime=None,
        note="Back-off",
        type="Warning",
    )
    found = read_happening(event)
    assert (found.count, found.time, found.source, found.note) == (7, "2026-11-25T12:00:05Z", "kubelet", "Back-off")
    assert found.object == "DixiInstall wall"


def test_an_event_of_the_new_api_counts_by_its_series() -> None:
    series = {"count": 3, "lastObservedTime": "2026-11-25T12:00:09.000001Z"}
    found = read_happening(make_event(eventTime="2026-11-25T12:00:01.000001Z", series=series))
    assert (found.count, found.time) == (3, "2026-11-25T12:00:09.000001Z")
    once = read_happening(make_event(eventTime="2026-11-25T12:00:01.000001Z"))
    assert (once.count, once.time) == (1, "2026-11-25T12:00:01.000001Z")


def test_the_newest_comes_last_whichever_api_wrote_it() -> None:
    events = [
        make_event("c", reason="third", deprecatedLastTimestamp="2026-11-25T12:00:02Z"),
        make_event("b", reason="second", eventTime="2026-11-25T12:00:01.900000Z"),
        make_event("a", reason="first", deprecatedLastTimestamp="2026-11-25T12:00:01Z"),
        make_event("z", reason="no time"),
    ]
    assert [item.reason for item in arrange_happenings(events)] == ["no time", "first", "second", "third"]


def test_an_event_that_came_by_two_lists_counts_once() -> None:
    assert len(arrange_happenings([make_event("a"), make_event("a"), make_event("b")])) == 2


def test_an_event_about_an_earlier_install_of_the_name_is_not_about_this_one() -> None:
    assert is_about(make_event(), "wall", "4b2f")
    assert not is_about(make_event(), "wall", "another")
    assert not is_about(make_event(), "hall", "4b2f")
    assert not is_about(make_event(regarding={"kind": "Pod", "name": "wall"}), "wall", "4b2f")


def test_a_note_of_several_lines_stays_in_its_row() -> None:
    page = write_text(draw_happenings(arrange_happenings([make_event(note="one\n  two", type="Warning")])))
    assert page.splitlines()[0].split() == ["LAST", "SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "NOTE"]
    assert "one two" in page.splitlines()[1]
