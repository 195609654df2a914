"""The landmarkers of one stream: each is made when it is first wanted, beside the others' work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ..errors import VisionError
from ..landmarks.body import BodyLandmarker
from ..landmarks.face import FaceLandmarker
from ..landmarks.hand import HandLandmarker
from ..landmarks.seen import PARTS, Part
from .board import Note
from .messages import Failed, Loaded, Message, Orders, Seen

Landmarker = HandLandmarker | FaceLandmarker | BodyLandmarker


class PartError(Exception):
    """A landmarker failed on a frame."""

    def __init__(self, part: Part, error: VisionError) -> None:
        super().__init__(str(error))
        self.failed = Failed(part, error.reason, str(error))


class Landmarkers:
    """Looks for parts; used by one thread."""

    def __init__(self, orders: Orders, tell: Callable[[Message], None]) -> None:
        """`tell` gets a Loaded or a Failed for every landmarker, on the thread that calls `load` or `look`."""
        self._makers: dict[Part, Callable[[], Landmarker]] = {
            "hands": lambda: HandLandmarker(orders.model_dir, orders.max_hands, orders.size, orders.delegate),
            "face": lambda: FaceLandmarker(orders.model_dir, orders.size, orders.delegate),
            "body": lambda: BodyLandmarker(orders.model_dir, orders.size, orders.delegate),
        }
        self._tell = tell
        self._loading: dict[Part, Future[Landmarker]] = {}
        self._ready: dict[Part, Landmarker] = {}
        self._threads = ThreadPoolExecutor(len(PARTS), thread_name_prefix="landmarker")

    def load(self, parts: Iterable[Part]) -> None:
        """Makes these landmarkers and waits for them."""
        for part in parts:
            self._begin(part)
            self._loading[part].exception()
        self._collect()

    def look(self, picture: Any, note: Note) -> Seen:
        """What is in the picture, of those wanted parts whose landmarkers are ready; PartError when one fails."""
        for part in note.parts:
            self._begin(part)
        self._collect()
        started = time.perf_counter()
        parts = [part for part in PARTS if part in note.parts and part in self._ready]
        others = {part: self._threads.submit(self._find, part, picture, note.stamp) for part in parts[1:]}
        found = {part: self._find(part, picture, note.stamp) for part in parts[:1]}
        found |= {part: future.result() for part, future in others.items()}
        seen = Seen(note.number, frozenset(parts), face=found.get("face"), body=found.get("body"))
        return replace(seen, hands=found.get("hands", []), seconds=time.perf_counter() - started)

    def _find(self, part: Part, picture: Any, stamp: int) -> Any:
        try:
            return self._ready[part].find(picture, stamp)
        except VisionError as error:
            raise PartError(part, error) from error

    def _begin(self, part: Part) -> None:
        if part not in self._loading:
            self._loading[part] = self._threads.submit(self._makers[part])

    def _collect(self) -> None:
        for part, future in self._loading.items():
            if part in self._ready or not future.done():
                continue
            try:
                landmarker = future.result()
            except VisionError as error:
                raise PartError(part, error) from error
            self._ready[part] = landmarker
            self._tell(Loaded(part, landmarker.delegate, landmarker.fallback))
