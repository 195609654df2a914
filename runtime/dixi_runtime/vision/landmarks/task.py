"""One MediaPipe landmarker in video mode: made on the delegate that works, and guarded.

https://ai.google.dev/edge/mediapipe/solutions/tasks
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

import mediapipe
from mediapipe.tasks.python.core.base_options import BaseOptions

from ..choices import Delegate, DelegateChoice
from ..errors import LandmarkerError
from ..sources.base import Image
from .delegate import is_gpu_there, order_delegates

_CREATION_ERRORS = (OSError, RuntimeError, ValueError, NotImplementedError)
_DELEGATES = {"cpu": BaseOptions.Delegate.CPU, "gpu": BaseOptions.Delegate.GPU}

Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")


class _Task(Protocol[Result_co]):
    def detect_for_video(self, image: Any, timestamp_ms: int) -> Result_co: ...

    def close(self) -> None: ...


def make_picture(image: Image) -> Any:
    """A copy of an RGB image, in MediaPipe's own memory; LandmarkerError when it is none."""
    try:
        return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
    except (RuntimeError, ValueError, TypeError) as error:
        raise LandmarkerError(f"MediaPipe cannot take an image of shape {image.shape}: {error}") from error


class Landmarker(Generic[Result]):
    """Follows what it looks for through the frames of one stream. Make it once: creation is slow.

    `delegate` is what it computes on; `fallback` says why that is not the GPU, where the GPU was tried.
    """

    def __init__(self, create: Callable[[BaseOptions], _Task[Result]], model: Path, choice: DelegateChoice) -> None:
        """`create` makes MediaPipe's task; LandmarkerError when no delegate can."""
        self._task, self.delegate, self.fallback = _create(create, model, choice)
        self._last_stamp = -1
        self._closed = False

    def look(self, picture: Any, stamp: int) -> Result:
        """What MediaPipe sees in a `make_picture` at `stamp`, in milliseconds.

        MediaPipe wants strictly rising stamps, so two frames within one millisecond are stamped one apart.
        LandmarkerError when closed (MediaPipe itself would see nothing) or when MediaPipe fails on the picture.
        """
        if self._closed:
            raise LandmarkerError("the landmarker is closed; make a new one to go on")
        self._last_stamp = max(self._last_stamp + 1, stamp)
        try:
            return self._task.detect_for_video(picture, self._last_stamp)
        except (RuntimeError, ValueError, TypeError) as error:
            raise LandmarkerError(f"MediaPipe failed on an image: {error}") from error

    def close(self) -> None:
        """Frees the model; closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._task.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _create(
    create: Callable[[BaseOptions], _Task[Result]], model: Path, choice: DelegateChoice
) -> tuple[_Task[Result], Delegate, str | None]:
    first, *rest = order_delegates(choice, is_gpu_there())
    try:
        return create(BaseOptions(model_asset_path=str(model), delegate=_DELEGATES[first])), first, None
    except _CREATION_ERRORS as error:
        if rest:
            task, delegate, _ = _create(create, model, "cpu")
            return task, delegate, " ".join(str(error).split())
        raise LandmarkerError(
            f"MediaPipe cannot load {model}: {error}. It needs the system libraries libegl1 and libgles2."
        ) from error
