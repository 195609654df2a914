"""The newest frame, in memory that two processes share.

The writer goes round three slots; the reader copies the newest and then looks whether it was written over meanwhile, so
that neither ever waits for the other.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks.seen import PARTS, Part
from ..sources.base import Image

T = TypeVar("T")

SLOTS: Final = 3
_WORDS = 8
"""64-bit words of a head: number, width, height, stamp, parts; of the board itself: newest slot, taken number."""
_HEAD_BYTES = (SLOTS + 1) * _WORDS * 8
_NONE = -1


@dataclass(frozen=True)
class Note:
    """A frame's number, its time stamp in milliseconds of a clock that never goes back, and what to look for in it."""

    number: int
    stamp: int
    parts: frozenset[Part]


class Board:
    """Made by one process with `create`, opened by another over the same file descriptor."""

    def __init__(self, descriptor: int, longest: int) -> None:
        """`longest` is the longest side that an image may have, in pixels; both processes must say the same."""
        self.descriptor = descriptor
        self._longest = longest
        self._memory = mmap.mmap(descriptor, _measure(longest))
        words: NDArray[np.int64] = np.frombuffer(self._memory, np.int64, (SLOTS + 1) * _WORDS)
        self._heads = words[: SLOTS * _WORDS].reshape(SLOTS, _WORDS)
        self._own = words[SLOTS * _WORDS :]
        pixels: NDArray[np.uint8] = np.frombuffer(self._memory, np.uint8, offset=_HEAD_BYTES)
        self._pixels = pixels.reshape(SLOTS, -1)

    @classmethod
    def create(cls, longest: int) -> Board:
        """A board without a frame; its memory is used only as far as frames fill it."""
        descriptor = os.memfd_create("dixi-frames")
        os.ftruncate(descriptor, _measure(longest))
        board = cls(descriptor, longest)
        board._heads[:] = _NONE
        board._own[:] = _NONE
        return board

    @property
    def taken(self) -> int:
        """The number of the frame that was taken last, -1 before the first."""
        return int(self._own[1])

    def put(self, image: Image, note: Note) -> None:
        """Shows an RGB image, made smaller where a side is longer than allowed."""
        slot = (int(self._own[0]) + 1) % SLOTS
        head = self._heads[slot]
        head[0] = _NONE
        width, height = fit(image.shape[1], image.shape[0], self._longest)
        room = self._view(slot, width, height)
        if room.shape == image.shape:
            np.copyto(room, image)
        else:
            cv2.resize(image, (width, height), dst=room, interpolation=cv2.INTER_AREA)
        head[1:5] = width, height, note.stamp, _to_bits(note.parts)
        head[0] = note.number
        self._own[0] = slot

    def take(self, copy: Callable[[Image], T]) -> tuple[Note, T] | None:
        """The newest frame's note and what `copy` made of its image; None when it was taken before."""
        while (slot := int(self._own[0])) != _NONE:
            head = self._heads[slot]
            number, width, height, stamp, bits = head[:5].tolist()
            if number == self.taken:
                return None
            if number == _NONE:
                continue
            self._own[1] = number
            made = copy(self._view(slot, width, height))
            if head[0] == number:
                return Note(number, stamp, _to_parts(bits)), made
        return None

    def close(self) -> None:
        """Gives the memory back once no image of it is in use any more."""
        del self._heads, self._own, self._pixels
        os.close(self.descriptor)

    def _view(self, slot: int, width: int, height: int) -> Image:
        return self._pixels[slot, : width * height * 3].reshape(height, width, 3)


def fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size with the same proportions, in which no side is longer; never larger than it was."""
    ratio = min(1.0, longest / max(width, height))
    return max(1, round(width * ratio)), max(1, round(height * ratio))


def _measure(longest: int) -> int:
    return _HEAD_BYTES + SLOTS * longest * longest * 3


def _to_bits(parts: frozenset[Part]) -> int:
    return sum(1 << index for index, part in enumerate(PARTS) if part in parts)


def _to_parts(bits: int) -> frozenset[Part]:
    return frozenset(part for index, part in enumerate(PARTS) if bits >> index & 1)
