"""Keeps an inference process running: checks the models, restarts what ended or hangs, and says how it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from ..backoff import wait_seconds
from ..choices import Delegate
from ..errors import InferenceError, InferenceHangError, LandmarkerError, ModelError, VisionError
from ..landmarks.models import find_model, name_model
from ..landmarks.seen import PARTS, Part
from ..metrics import VisionMetrics
from ..sources.base import Image
from .board import Note
from .handover import Handover
from .messages import Failed, Loaded, Message, Orders, Seen
from .process import InferenceProcess

_logger = logging.getLogger(__name__)

T = TypeVar("T")

LOAD_SECONDS: Final = 60.0
"""How long the first answer of a process may take: it loads MediaPipe and the model."""
RECHECK_SECONDS: Final = 5.0
"""How often a model that was refused is looked at again."""
GPU_REASON: Final = "gpu"
"""What a GPU that cannot be used counts as among the errors."""
_POLL_SECONDS: Final = 0.25
_RESTART_SECONDS: Final = (0.1, 30.0)
_REST_SECONDS: Final = (1.0, 300.0)


@dataclass(frozen=True)
class ModelStatus:
    """Whether a landmarker is ready and on what; if it cannot be, why, as a sentence."""

    loaded: bool = False
    error: str | None = None
    delegate: Delegate | None = None


@dataclass(frozen=True)
class _Rest:
    """A part that failed `failures` times in a row, not tried again before a moment."""

    failures: int = 0
    until: float = 0.0


class Supervisor(Generic[T]):
    """Runs one process at a time. `offer` is for the thread that captures, `run` is the one that hears answers."""

    def __init__(
        self, orders: Orders, heard: Callable[[T, Seen], None], metrics: VisionMetrics, watchdog_seconds: float
    ) -> None:
        """`heard` gets each frame that was looked at, on the thread of `run`, and must return at once."""
        self._orders = orders
        self._heard = heard
        self._metrics = metrics
        self._watchdog_seconds = watchdog_seconds
        self._handover: Handover[T] = Handover()
        self._process: InferenceProcess | None = None
        self._models: dict[Part, ModelStatus] = dict.fromkeys(PARTS, ModelStatus())
        self._rests: dict[Part, _Rest] = dict.fromkeys(PARTS, _Rest())
        self._usable: frozenset[Part] = frozenset()
        self._checked_at = float("-inf")
        self._answered = False

    @property
    def models(self) -> Mapping[Part, ModelStatus]:
        """How each landmarker is."""
        return self._models

    @property
    def pid(self) -> int | None:
        """The id of the process that infers now."""
        process = self._process
        return None if process is None else process.pid

    def offer(self, frame: T, image: Image, note: Note, now: float) -> None:
        """Shows a frame to inference, in place of one that it has not taken; never waits."""
        process = self._process
        note = replace(note, parts=note.parts & self._usable)
        if process is None or not note.parts:
            self._metrics.drop("not_ready", 1)
            return
        self._metrics.drop("replaced", self._handover.put(note.number, frame, process.taken, now))
        process.show(image, note)

    def run(self, stop: threading.Event) -> None:
        """Infers until stopped, whatever happens."""
        failures = 0
        while not stop.is_set():
            self._check_models(time.monotonic())
            if not self._usable:
                stop.wait(_POLL_SECONDS)
                continue
            try:
                self._answered = False
                self._serve(stop)
            except VisionError as error:
                failures = 1 if self._answered else failures + 1
                self._report(error)
                self._metrics.restarts.labels(error.reason).inc()
                stop.wait(wait_seconds(failures, *_RESTART_SECONDS))

    def verify(self) -> None:
        """Checks the models now, so that their status is known before anything runs."""
        self._check_models(time.monotonic())

    def _serve(self, stop: threading.Event) -> None:
        first = tuple(part for part in self._orders.first if part in self._usable)
        process = InferenceProcess(replace(self._orders, first=first))
        self._handover.clear()
        self._process = process
        try:
            while not stop.is_set():
                message = process.hear(_POLL_SECONDS)
                now = time.monotonic()
                if message is not None:
                    self._take(message, now)
                self._watch(now)
                self._check_models(now)
        except InferenceError:
            self._leave_gpu()
            raise
        finally:
            self._process = None
            process.close()
            self._metrics.drop("lost", self._handover.clear())
            for part, status in self._models.items():
                self._set(part, ModelStatus(error=status.error))

    def _take(self, message: Message, now: float) -> None:
        if isinstance(message, Loaded):
            self._greet(message)
        elif isinstance(message, Failed):
            self._let_rest(message, now)
            raise LandmarkerError(f"The landmarker for {message.part} failed: {message.message}")
        else:
            self._answer(message, now)

    def _greet(self, loaded: Loaded) -> None:
        self._set(loaded.part, ModelStatus(loaded=True, delegate=loaded.delegate))
        _logger.info("The landmarker for %s is ready on the %s.", loaded.part, loaded.delegate.upper())
        if loaded.fallback is not None:
            self._metrics.error(GPU_REASON)
            _logger.warning("The GPU cannot be used for %s, so the CPU is: %s", loaded.part, loaded.fallback)

    def _let_rest(self, failed: Failed, now: float) -> None:
        failures = self._rests[failed.part].failures + 1
        until = now + wait_seconds(failures, *_REST_SECONDS)
        self._rests[failed.part] = _Rest(failures, until)
        self._checked_at = min(self._checked_at, until - RECHECK_SECONDS)
        self._refuse(failed.part, failed.message)
        self._leave_gpu()

    def _answer(self, seen: Seen, now: float) -> None:
        self._answered = True
        frame, older = self._handover.pop(seen.number, now)
        self._metrics.drop("replaced", older)
        if frame is None:
            return  # it was taken so long before it was said that it counted as replaced
        if not seen.parts:
            self._metrics.drop("not_ready", 1)
            return
        for part in seen.parts:
            self._rests[part] = _Rest()
        self._metrics.inference_seconds.observe(seen.seconds)
        self._metrics.inferred.inc()
        self._heard(frame, seen)

    def _watch(self, now: float) -> None:
        limit = self._watchdog_seconds if self._answered else LOAD_SECONDS
        if self._handover.owed_for(now) > limit:
            raise InferenceHangError(f"inference has not answered for {limit:g} s and is restarted")

    def _check_models(self, now: float) -> None:
        if now - self._checked_at < RECHECK_SECONDS:
            return
        self._checked_at = now
        for part in PARTS:
            if self._models[part].loaded or now < self._rests[part].until:
                continue
            try:
                find_model(self._orders.model_dir, name_model(part, self._orders.size))
            except ModelError as error:
                if self._models[part].error is None:
                    self._report(error)
                self._refuse(part, str(error))
            else:
                self._set(part, replace(self._models[part], error=None))
                self._usable |= {part}

    def _refuse(self, part: Part, message: str) -> None:
        self._usable -= {part}
        self._set(part, ModelStatus(error=message))

    def _leave_gpu(self) -> None:
        if any(status.delegate == "gpu" for status in self._models.values()):
            _logger.warning("Inference failed on the GPU, so it goes on on the CPU.")
            self._orders = replace(self._orders, delegate="cpu")

    def _set(self, part: Part, status: ModelStatus) -> None:
        self._models[part] = status
        self._metrics.show_delegate({status.delegate for status in self._models.values()})

    def _report(self, error: VisionError) -> None:
        self._metrics.error(error.reason)
        _logger.error("%s", error)
