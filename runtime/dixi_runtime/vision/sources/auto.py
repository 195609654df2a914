"""A camera where there is one, and rendered hands, marked as such, for as long as there is none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ..backoff import wait_seconds
from ..errors import SourceError
from .base import Frame, FrameSource

_logger = logging.getLogger(__name__)

RETRY_FIRST = 0.25
RETRY_LONGEST = 1.0
"""Seconds between tries, so that a camera that is back is shown within 3 s, its own start included."""
STAND_IN_NOTE = "Rendered hands stand in for the camera, and everything is marked simulated."


class AutoSource(FrameSource):
    """Shows the camera; while it is away a stand-in, and tries the camera again on a thread of its own."""

    def __init__(self, open_camera: Callable[[], FrameSource], make_stand_in: Callable[[], FrameSource]) -> None:
        """Tries the camera once and waits for that; `make_stand_in` is called when it is needed first."""
        self._open_camera = open_camera
        self._make_stand_in = make_stand_in
        self._stand_in: FrameSource | None = None
        self._camera: FrameSource | None = None
        self._search: CameraSearch | None = None
        try:
            self._return_to(open_camera())
        except SourceError as error:
            self._fall_back(error)

    def read(self, moment: float) -> Frame | None:
        """The camera's next frame, or the stand-in's for this moment."""
        if self._search is not None and (camera := self._search.take()) is not None:
            self._return_to(camera)
        if self._camera is not None:
            try:
                frame = self._camera.read(moment)
            except SourceError as error:
                self._camera.close()
                self._fall_back(error)
            else:
                self.waiting = self._camera.waiting
                return frame
        if self._search is not None:
            self.error = self._search.error
        return self._show_stand_in().read(moment)

    def close(self) -> None:
        """Closes both, and ends the search."""
        for source in (self._camera, self._stand_in):
            if source is not None:
                source.close()
        if self._search is not None:
            self._search.close()

    def _return_to(self, camera: FrameSource) -> None:
        if self._search is not None:
            _logger.info("%s is back.", camera.name)
        self._camera, self._search = camera, None
        self.name, self.simulated, self.live = camera.name, camera.simulated, camera.live
        self.waiting, self.note, self.error = camera.waiting, camera.note, None

    def _fall_back(self, error: SourceError) -> None:
        self._camera = None
        self._search = CameraSearch(self._open_camera, str(error))
        self.name, self.simulated, self.live, self.waiting = "synthetic", True, False, False
        self.error, self.note = str(error), STAND_IN_NOTE
        _logger.warning("%s %s", error, self.note)

    def _show_stand_in(self) -> FrameSource:
        if self._stand_in is None:
            self._stand_in = self._make_stand_in()
        return self._stand_in


class CameraSearch:
    """Tries a camera on a thread until it has sent a picture."""

    def __init__(self, open_camera: Callable[[], FrameSource], error: str) -> None:
        self.error = error
        """Why there is no camera now, as a sentence."""
        self._open_camera = open_camera
        self._found: FrameSource | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="camera-search", daemon=True).start()

    def take(self) -> FrameSource | None:
        """The camera, once: whoever takes it closes it."""
        with self._lock:
            found, self._found = self._found, None
        return found

    def close(self) -> None:
        """Ends the search; a camera that it finds all the same is closed."""
        with self._lock:
            self._stop.set()
            found, self._found = self._found, None
        if found is not None:
            found.close()

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                camera = self._open_camera()
            except SourceError as error:
                self.error = str(error)
                failures += 1
                self._stop.wait(wait_seconds(failures, RETRY_FIRST, RETRY_LONGEST))
                continue
            if self._shows(camera):
                self._leave(camera)
                return
            camera.close()

    def _shows(self, camera: FrameSource) -> bool:
        try:
            while not self._stop.is_set():
                if camera.read(time.monotonic()) is not None:
                    return True
        except SourceError as error:
            self.error = str(error)
            self._stop.wait(RETRY_FIRST)
        return False

    def _leave(self, camera: FrameSource) -> None:
        with self._lock:
            if not self._stop.is_set():
                self._found = camera
                return
        camera.close()
