"""What the real landmarker sees of each case, kept on disk so that tuning a classifier renders nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from dixi_runtime.vision.landmarks import hand
from dixi_runtime.vision.landmarks.duplicates import drop_duplicates
from dixi_runtime.vision.landmarks.hand import HandLandmarker
from dixi_runtime.vision.landmarks.models import HAND_LANDMARKER
from dixi_runtime.vision.landmarks.seen import Hand
from dixi_runtime.vision.sources import synthetic
from tests.perf.gestures import film
from tests.perf.gestures.cases import Case

ASPECT = film.SIZE[0] / film.SIZE[1]


@dataclass(frozen=True)
class Sight:
    """The hands of every frame of a case, as a stream would get them."""

    case: Case
    frames: list[list[Hand]]


def watch(cases: Iterable[Case], model_dir: Path, cache: Path, progress: Callable[[int], None]) -> Iterator[Sight]:
    """The sights of the cases, rendered only where `cache` does not hold them; `progress` counts those rendered.

    All cases are one stream of one landmarker, as in the service: the empty wall ends what was followed before.
    """
    folder = cache / "gestures" / take_fingerprint(model_dir)
    folder.mkdir(parents=True, exist_ok=True)
    moment, rendered = 0.0, 0
    with HandLandmarker(model_dir, 2) as landmarker:
        for case in cases:
            path = folder / f"{hashlib.sha256(case.key().encode()).hexdigest()[:24]}.json"
            if not path.is_file():
                frames = []
                for image in film.film(case):
                    moment += 1 / film.FPS
                    frames.append(drop_duplicates(landmarker.detect(image, moment), ASPECT))
                path.write_bytes(encode(frames))
                rendered += 1
                progress(rendered)
            yield Sight(case, decode(path.read_bytes()))


def take_fingerprint(model_dir: Path) -> str:
    """A name for all that the landmarks depend on beside the case: renderer, film, model, and how it is asked."""
    sources = [*sorted(Path(synthetic.__file__).parent.glob("*.py")), Path(film.__file__), model_dir / HAND_LANDMARKER]
    asked = (hand.DETECTION_CONFIDENCE, hand.PRESENCE_CONFIDENCE, hand.TRACKING_CONFIDENCE)
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources) + repr(asked).encode()).hexdigest()[:16]


def encode(frames: list[list[Hand]]) -> bytes:
    """The frames' hands as JSON."""
    return orjson.dumps(
        [[[seen.landmarks.round(6).tolist(), seen.side, seen.score] for seen in hands] for hands in frames]
    )


def decode(document: bytes) -> list[list[Hand]]:
    """What `encode` wrote."""
    return [
        [Hand(np.array(landmarks, np.float64), side, score) for landmarks, side, score in hands]
        for hands in orjson.loads(document)
    ]
