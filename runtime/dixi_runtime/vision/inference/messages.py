"""What the two processes say to each other, beside the frames."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..choices import Delegate, DelegateChoice, ModelSize
from ..landmarks.seen import Body, Face, Hand, Part


@dataclass(frozen=True)
class Orders:
    """What the landmarkers are made from."""

    model_dir: Path
    max_hands: int = 2
    size: ModelSize = "full"
    delegate: DelegateChoice = "auto"
    longest_side: int = 1280
    """In pixels; larger frames are made smaller."""
    first: tuple[Part, ...] = ("hands",)
    """What is made ready before the first frame."""

    def encode(self) -> str:
        """As an argument of a command line."""
        return json.dumps(asdict(self) | {"model_dir": str(self.model_dir)})

    @classmethod
    def decode(cls, text: str) -> Orders:
        """What `encode` made."""
        values = json.loads(text)
        return cls(**values | {"model_dir": Path(values["model_dir"]), "first": tuple(values["first"])})


@dataclass(frozen=True)
class Loaded:
    """A landmarker is ready, on this delegate; `fallback` says why not on the GPU, where that was tried."""

    part: Part
    delegate: Delegate
    fallback: str | None = None


@dataclass(frozen=True)
class Failed:
    """A landmarker cannot be made or failed on a frame; `reason` is a VisionError's. The process ends after it."""

    part: Part
    reason: str
    message: str


@dataclass(frozen=True)
class Seen:
    """What is in a frame. `parts` are those that were looked for; `seconds` is the time that it took."""

    number: int
    parts: frozenset[Part] = frozenset()
    hands: list[Hand] = field(default_factory=list)
    face: Face | None = None
    body: Body | None = None
    seconds: float = 0.0


Message = Loaded | Failed | Seen
