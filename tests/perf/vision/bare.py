"""The rival: `python -m tests.perf.vision.bare CASE FILM SECONDS MODE` runs MediaPipe over a film, nothing else.

MODE is `loop` (one landmarker after the other), `threads` (each in a thread of its own, all on the same frame) or
`busy` (as `loop`, while another Python thread computes). Prints frames a second and milliseconds of CPU a frame.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mediapipe
import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import (
    FaceLandmarker,
    FaceLandmarkerOptions,
    HandLandmarker,
    HandLandmarkerOptions,
    PoseLandmarker,
    PoseLandmarkerOptions,
    RunningMode,
)

from dixi_runtime.vision.landmarks.hand import DETECTION_CONFIDENCE
from dixi_runtime.vision.landmarks.seen import Part
from tests.perf.vision.cases import CASES, Case
from tests.perf.vision.machine import MODELS

WARM_UP_SECONDS = 2.0


def make_tasks(case: Case) -> list[Any]:
    """MediaPipe's own tasks, with the thresholds that the service uses."""
    made: dict[Part, Callable[[], Any]] = {
        "hands": lambda: HandLandmarker.create_from_options(
            HandLandmarkerOptions(
                base_options=_base("hand_landmarker.task"),
                running_mode=RunningMode.VIDEO,
                num_hands=case.hands,
                min_hand_detection_confidence=DETECTION_CONFIDENCE,
            )
        ),
        "face": lambda: FaceLandmarker.create_from_options(
            FaceLandmarkerOptions(base_options=_base("face_landmarker.task"), running_mode=RunningMode.VIDEO)
        ),
        "body": lambda: PoseLandmarker.create_from_options(
            PoseLandmarkerOptions(base_options=_base("pose_landmarker_full.task"), running_mode=RunningMode.VIDEO)
        ),
    }
    return [make() for part, make in made.items() if part in case.parts]


def run(case: Case, images: list[Any], seconds: float, mode: str) -> tuple[float, float]:
    """Frames a second over the film in a loop, after a warm-up, and milliseconds of CPU a frame."""
    tasks = make_tasks(case)
    threads = ThreadPoolExecutor(len(tasks))
    if mode == "busy":
        threading.Thread(target=spin, daemon=True).start()

    def look(number: int) -> None:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=images[number % len(images)])
        if mode == "threads":
            list(threads.map(lambda task: task.detect_for_video(image, number), tasks))
        else:
            for task in tasks:
                task.detect_for_video(image, number)

    warm = _count(look, 0, WARM_UP_SECONDS)
    started, cpu = time.perf_counter(), time.process_time()
    done = _count(look, warm, seconds) - warm
    return done / (time.perf_counter() - started), 1e3 * (time.process_time() - cpu) / done


def spin() -> None:
    """Computes in Python for good."""
    while True:
        sum(range(1000))


def _count(look: Callable[[int], None], number: int, seconds: float) -> int:
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        look(number)
        number += 1
    return number


def _base(name: str) -> BaseOptions:
    return BaseOptions(model_asset_path=str(MODELS / name))


if __name__ == "__main__":
    name, film, seconds, mode = sys.argv[1:]
    fps, cpu_ms = run(CASES[name], list(np.load(Path(film))), float(seconds), mode)
    sys.stdout.write(f"{json.dumps({'fps': fps, 'cpu_ms': cpu_ms})}\n")
