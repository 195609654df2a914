"""A sample of the grid through the real landmarker; `python -m tests.perf.gestures` is the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.perf.gestures.cases import make_cases
from tests.perf.gestures.film import EMPTY_FRAMES, HAND_FRAMES
from tests.perf.gestures.sights import Sight, watch
from tests.perf.gestures.tally import count_right, judge

SAMPLE = make_cases(seed=5, repeats=1)[::11]
"""Each gesture at three of its angles, both sides and both faces in turn."""


@pytest.fixture(scope="module")
def seen(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Sight]:
    """The sample, rendered and looked at now."""
    return list(watch(SAMPLE, model_dir, tmp_path_factory.mktemp("cache"), progress=lambda count: None))


def test_the_default_classifier_names_hands_however_they_are_turned(seen: list[Sight]) -> None:
    verdicts = judge(seen, "default")
    wrong = [(verdict.case, verdict.told) for verdict in verdicts if not verdict.right]
    assert count_right(verdicts).right >= 0.9 * len(SAMPLE), wrong


def test_upstreams_rules_name_few_of_them(seen: list[Sight]) -> None:
    assert count_right(judge(seen, "upstream")).right <= 0.6 * len(SAMPLE)


def test_left_and_right_are_told_as_mediapipe_tells_them(seen: list[Sight]) -> None:
    verdicts = judge(seen, "default")
    assert sum(verdict.side_right for verdict in verdicts) >= 0.9 * len(SAMPLE)


def test_the_wall_without_a_hand_shows_none(seen: list[Sight]) -> None:
    for sight in seen:
        assert len(sight.frames) == EMPTY_FRAMES + HAND_FRAMES
        assert sight.frames[:EMPTY_FRAMES] == [[]] * EMPTY_FRAMES


def test_what_was_seen_is_kept_and_read_back(model_dir: Path, tmp_path: Path) -> None:
    rendered: list[int] = []
    first, second = (list(watch(SAMPLE[:1], model_dir, tmp_path, rendered.append)) for _ in range(2))
    assert rendered == [1]
    assert [len(hands) for hands in first[0].frames] == [len(hands) for hands in second[0].frames]
