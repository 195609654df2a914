"""Opens the source that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..settings import VisionSettings
from .address import Address, parse_address
from .auto import AutoSource
from .base import FrameSource
from .capture import CameraShape, open_camera, open_rtsp
from .file import open_file
from .live import Terms
from .synthetic import SyntheticSource
from .web import open_web


def open_source(settings: VisionSettings, terms: Terms, open_pushed: Callable[[], FrameSource]) -> FrameSource:
    """The source, open; SourceError says why it cannot be. With a fallback, that is said in the source's `error`.

    `open_pushed` gives the source of what clients push.
    """
    address = parse_address(settings.vision_source)
    if address.kind == "push":
        return open_pushed()
    if not address.fallback:
        return _open(address, settings, terms)
    return AutoSource(lambda: _open(address, settings, terms), lambda: make_synthetic(settings))


def make_synthetic(settings: VisionSettings) -> SyntheticSource:
    """The rendered hands."""
    return SyntheticSource(settings.synthetic_sequence, settings.synthetic_seconds)


def _open(address: Address, settings: VisionSettings, terms: Terms) -> FrameSource:
    match address.kind:
        case "synthetic":
            return make_synthetic(settings)
        case "file":
            return open_file(Path(address.target))
        case "camera":
            shape = CameraShape(settings.camera_width, settings.camera_height, terms.fps)
            return open_camera(address.target or str(settings.camera_index), shape, terms)
        case "rtsp":
            return open_rtsp(address, terms)
        case _:
            return open_web(address, terms)
