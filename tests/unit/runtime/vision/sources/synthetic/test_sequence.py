from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.sources.synthetic.poses import POSES
from dixi_runtime.vision.sources.synthetic.sequence import SWIPE_REACH, check_sequence, place_hand


@given(st.sampled_from(sorted(POSES)), st.floats(0, 1), st.floats(0.5, 60))
def test_the_hand_stays_in_the_picture(gesture: str, progress: float, duration: float) -> None:
    placement = place_hand(gesture, progress * duration, duration)
    assert abs(placement.x) <= SWIPE_REACH + 1e-9
    assert abs(placement.y) < 0.02
    assert 0.9 < placement.scale < 1.1


@pytest.mark.parametrize(("gesture", "sign"), [("swipe_right", 1), ("swipe_left", -1)])
def test_a_swipe_crosses_the_picture_its_way(gesture: str, sign: int) -> None:
    before, after = (place_hand(gesture, 2.0 * progress, 2.0).x for progress in (0.45, 0.62))
    assert sign * (after - before) == pytest.approx(2 * SWIPE_REACH)


@pytest.mark.parametrize("gesture", ["swipe_right", "swipe_left"])
def test_a_swipe_starts_and_ends_at_the_centre(gesture: str) -> None:
    assert place_hand(gesture, 0.0, 2.0).x == pytest.approx(0)
    assert place_hand(gesture, 2.0, 2.0).x == pytest.approx(0)


def test_an_unknown_gesture_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"'shrug' is not a gesture that can be rendered; choose from .*fist"):
        check_sequence(("fist", "shrug"))


def test_an_empty_script_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one gesture"):
        check_sequence(())
