"""The service: `python -m tests.perf.vision.served CASE FILM SECONDS VIEWERS FPS MODE` runs it over a film.

MODE is `alone`, or `busy` while another Python thread computes in the service's process, as in the role `all`. Prints
one JSON object: frames a second, the percentiles of what the service adds to the inference, in milliseconds, and the
inference process's milliseconds of CPU a frame.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path

import uvloop

from dixi_runtime.vision.bench.film import Film
from dixi_runtime.vision.bench.measure import Figures, Plan, measure
from dixi_runtime.vision.bench.tables import find_percentile
from dixi_runtime.vision.settings import VisionSettings
from tests.perf.vision.bare import spin
from tests.perf.vision.cases import CASES, Case, load_film
from tests.perf.vision.machine import MODELS


def run(case: Case, film: Film, seconds: float, viewers: int, fps: float) -> Figures:
    """What the service does with the film."""
    settings = VisionSettings(model_dir=MODELS, num_hands=case.hands, vision_fps=fps, backend_url="")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measure(film, settings, Plan(case.parts, seconds, viewers)))


def describe(figures: Figures) -> dict[str, float]:
    """The figures that are compared."""
    added = [timing.overhead * 1e3 for timing in figures.timings]
    return {
        "fps": figures.fps,
        "cpu_ms": 1e3 * figures.cpu["inference"] / figures.fps,
        "added_p50": find_percentile(added, 50),
        "added_p99": find_percentile(added, 99),
        "inference_p50": find_percentile([timing.inference * 1e3 for timing in figures.timings], 50),
    }


if __name__ == "__main__":
    name, path, seconds, viewers, fps, mode = sys.argv[1:]
    if mode == "busy":
        threading.Thread(target=spin, daemon=True).start()
    found = run(CASES[name], load_film(Path(path)), float(seconds), int(viewers), float(fps))
    sys.stdout.write(f"{json.dumps(describe(found))}\n")
