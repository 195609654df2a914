"""The service and a bare MediaPipe loop over the same frames, in turns, on the same cores."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.perf.vision.cases import CASES, render_film, save_film

UNLIMITED_FPS = 240.0
Figures = dict[str, float]


@dataclass
class Found:
    """Every round's figures by contestant: the bare loops', the service's by number of viewers."""

    bare: dict[str, list[Figures]] = field(default_factory=dict)
    served: dict[int, list[Figures]] = field(default_factory=dict)

    def ratio(self, viewers: int, rival: str = "loop") -> float:
        """The median over the rounds of the service's speed by the rival's."""
        pairs = zip(self.served[viewers], self.bare[rival], strict=True)
        return median(figures["fps"] / bare["fps"] for figures, bare in pairs)


@dataclass(frozen=True)
class Rounds:
    """How often and for how long."""

    count: int
    seconds: float
    viewers: Sequence[int]


def render_all(names: Sequence[str], folder: Path) -> dict[str, Path]:
    """Each case's film, rendered into a file."""
    paths = {name: folder / f"{name}.npy" for name in names}
    for name, path in paths.items():
        save_film(render_film(CASES[name]), path)
    return paths


def compare_speed(
    films: Mapping[str, Path], rounds: Rounds, say: Callable[[str], None], mode: str = "alone"
) -> dict[str, Found]:
    """As many frames as they can. `busy`: while a Python thread computes in the process of both."""
    found = {name: Found() for name in films}
    for number in range(rounds.count):
        for name, film in films.items():
            for rival in _choose_rivals(name, mode):
                figures = run_bare(name, film, rounds.seconds, rival)
                found[name].bare.setdefault(rival, []).append(figures)
                say(f"round {number + 1}, {name}: bare MediaPipe ({rival}) {figures['fps']:.1f}/s")
            for viewers in rounds.viewers:
                figures = run_served(name, film, rounds.seconds, viewers, UNLIMITED_FPS, mode)
                found[name].served.setdefault(viewers, []).append(figures)
                say(f"round {number + 1}, {name}: service with {viewers} viewers {figures['fps']:.1f}/s")
    return found


def measure_delay(films: Mapping[str, Path], rounds: Rounds, say: Callable[[str], None]) -> dict[str, Found]:
    """At 30 frames a second: what the service adds to the inference."""
    found = {name: Found() for name in films}
    for number in range(rounds.count):
        for name, film in films.items():
            for viewers in rounds.viewers:
                figures = run_served(name, film, rounds.seconds, viewers, 30.0, "alone")
                found[name].served.setdefault(viewers, []).append(figures)
                say(f"round {number + 1}, {name}, {viewers} viewers: {figures}")
    return found


def tabulate_speed(found: Mapping[str, Found]) -> str:
    """Medians over the rounds; the ratio is the median of each round's. CPU is of the process that infers."""
    lines = ["| case | contestant | frames/s | ratio to the loop | CPU ms a frame |", "| --- " * 5 + "|"]
    for name, item in found.items():
        loop = next(rival for rival in item.bare if rival != "threads")
        lines += [_row(name, f"bare MediaPipe ({rival})", figures, "") for rival, figures in item.bare.items()]
        for viewers, figures in item.served.items():
            lines.append(_row(name, f"service, {viewers} viewers", figures, f"{item.ratio(viewers, loop):.3f}"))
    return "\n".join(lines)


def _row(case: str, contestant: str, rounds: Sequence[Figures], ratio: str) -> str:
    fps, cpu = (median(figures[key] for figures in rounds) for key in ("fps", "cpu_ms"))
    return f"| {case} | {contestant} | {fps:.1f} | {ratio} | {cpu:.2f} |"


def tabulate_delay(found: Mapping[str, Found]) -> str:
    """Medians over the rounds of each round's percentiles, in milliseconds."""
    lines = ["| case | viewers | frames/s | inference p50 | added p50 | added p99 |", "| --- " * 6 + "|"]
    for name, item in found.items():
        for viewers, figures in item.served.items():
            cells = [
                median(each[key] for each in figures) for key in ("fps", "inference_p50", "added_p50", "added_p99")
            ]
            lines.append(f"| {name} | {viewers} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    return "\n".join(lines)


def run_bare(name: str, film: Path, seconds: float, mode: str) -> Figures:
    """Figures of the rival, in a process of its own."""
    figures: Figures = json.loads(_run("bare", name, str(film), str(seconds), mode))
    return figures


def run_served(name: str, film: Path, seconds: float, viewers: int, fps: float, mode: str) -> Figures:
    """Figures of the service, in a process of its own."""
    figures: Figures = json.loads(_run("served", name, str(film), str(seconds), str(viewers), str(fps), mode))
    return figures


def _choose_rivals(name: str, mode: str) -> tuple[str, ...]:
    if mode == "busy":
        return ("busy",)
    return ("loop", "threads") if len(CASES[name].parts) > 1 else ("loop",)


def _run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"tests.perf.vision.{program}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout.splitlines()[-1]
