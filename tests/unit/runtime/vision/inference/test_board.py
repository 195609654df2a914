from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.vision.inference.board import Board, Note, fit
from dixi_runtime.vision.landmarks.seen import PARTS, Part
from dixi_runtime.vision.sources.base import Image

LONGEST = 64


def paint(value: int, width: int = 16, height: int = 8) -> Image:
    return np.full((height, width, 3), value, np.uint8)


def note(number: int, *parts: Part) -> Note:
    return Note(number, number * 33, frozenset(parts))


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board.create(LONGEST)
    yield made
    made.close()


def test_a_new_board_has_nothing_to_take(board: Board) -> None:
    assert board.take(np.copy) is None
    assert board.taken == -1


def test_the_newest_frame_is_taken_once_through_another_mapping(board: Board) -> None:
    other = Board(os.dup(board.descriptor), LONGEST)
    board.put(paint(1), note(0, "hands"))
    board.put(paint(2), note(1, "hands", "body"))
    taken = other.take(np.copy)
    assert taken is not None
    assert taken[0] == note(1, "hands", "body")
    assert (taken[1] == paint(2)).all()
    assert other.take(np.copy) is None
    assert board.taken == 1
    other.close()


def test_a_frame_written_over_while_it_is_copied_is_not_taken(board: Board) -> None:
    """The writer goes once round during the first copy."""
    board.put(paint(0), note(0, "hands"))
    copies: list[int] = []

    def copy(image: Image) -> Image:
        if not copies:
            for number in (1, 2, 3):
                board.put(paint(number), note(number, "hands"))
        copies.append(int(image[0, 0, 0]))
        return image.copy()

    taken = board.take(copy)
    assert taken is not None
    assert taken[0].number == 3
    assert (taken[1] == paint(3)).all()
    assert len(copies) == 2


def test_a_large_frame_is_made_smaller_in_proportion(board: Board) -> None:
    board.put(paint(9, width=256, height=128), note(0, "hands"))
    taken = board.take(np.copy)
    assert taken is not None
    assert (taken[1] == paint(9, width=64, height=32)).all()


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(1, 4096))
def test_no_side_is_longer_than_allowed_or_than_it_was(width: int, height: int, longest: int) -> None:
    fitted = fit(width, height, longest)
    assert 1 <= fitted[0] <= min(width, longest)
    assert 1 <= fitted[1] <= min(height, longest)


@given(st.lists(st.sets(st.sampled_from(PARTS)), min_size=1, max_size=8))
def test_what_is_put_last_is_what_is_taken(wishes: list[set[Part]]) -> None:
    made = Board.create(LONGEST)
    for number, parts in enumerate(wishes):
        made.put(paint(number), note(number, *parts))
    taken = made.take(np.copy)
    assert taken is not None
    assert taken[0] == note(len(wishes) - 1, *wishes[-1])
    made.close()
