"""Generated hands and frames."""

from __future__ import annotations

from hypothesis import strategies as st

from dixi_runtime.backend.live_scene.hands import Hand

GESTURES = ("pinch", "point", "open_palm", "fist", "wave", "double_tap", "swipe_left", "swipe_up", "peace", "unknown")

_sides = st.floats(-5, 5, allow_nan=False)
tips = st.tuples(_sides, _sides)


def hands() -> st.SearchStrategy[list[Hand]]:
    """No, one or two hands."""
    right = st.builds(Hand, st.just("right"), st.sampled_from(GESTURES), tips)
    left = st.builds(Hand, st.just("left"), st.sampled_from(GESTURES), tips)
    return st.one_of(st.just([]), right.map(lambda hand: [hand]), st.tuples(right, left).map(list))
