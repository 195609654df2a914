"""Opens the source that the settings name."""

from __future__ import annotations

import logging
from pathlib import Path

from ..settings import VisionSettings
from .base import FrameSource
from .file import open_file
from .synthetic import SyntheticSource

_logger = logging.getLogger(__name__)

FALLBACK_NOTE = "VISION_SOURCE=auto found no camera, so rendered hands stand in for it; everything is marked simulated."


def open_source(settings: VisionSettings) -> FrameSource:
    """The source, open; SourceError says why it cannot be."""
    kind, _, path = settings.vision_source.partition(":")
    if kind == "file":
        return open_file(Path(path))
    source = SyntheticSource(settings.synthetic_sequence, settings.synthetic_seconds)
    if kind == "auto":
        source.note = FALLBACK_NOTE
        _logger.warning(FALLBACK_NOTE)
    return source
