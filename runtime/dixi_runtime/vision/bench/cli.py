"""`dixi-runtime bench vision`: runs the service over films and prints what each stage did."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop
from pydantic import ValidationError

from dixi_runtime.logs import configure_logging

from ..errors import VisionError
from ..landmarks.seen import PARTS
from ..settings import VisionSettings
from .film import FRAMES, Film, make_film
from .measure import Figures, NothingSeenError, Plan, measure
from .tables import tabulate_stages


def main(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; 1 when that cannot be done."""
    options = _parse(arguments)
    configure_logging("error", "bench")
    try:
        for source in options.source:
            film = make_film(source, options.frames)
            for hands in options.hands:
                settings = _choose_settings(options, hands)
                _say(_describe(film, options, hands))
                _say(f"{tabulate_stages(_run(film, settings, _choose_plan(options)))}\n")
    except (VisionError, NothingSeenError, OSError, ValidationError) as error:
        sys.stderr.write(f"dixi-runtime bench vision: {error}\n")
        return 1
    return 0


def _run(film: Film, settings: VisionSettings, plan: Plan) -> Figures:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measure(film, settings, plan))


def _choose_settings(options: argparse.Namespace, hands: int) -> VisionSettings:
    """The environment's settings, with what the arguments say in their place."""
    given = {"vision_models": options.models, "vision_delegate": options.delegate, "model_dir": options.model_dir}
    return VisionSettings(
        num_hands=hands,
        vision_fps=options.fps,
        backend_url="",
        **{name: value for name, value in given.items() if value is not None},
    )


def _choose_plan(options: argparse.Namespace) -> Plan:
    return Plan(frozenset(options.parts), options.seconds, options.viewers, options.listeners)


def _describe(film: Film, options: argparse.Namespace, hands: int) -> str:
    parts = ", ".join(part for part in PARTS if part in options.parts)
    return (
        f"{film.name}, {film.size}, {parts}, at most {hands} hand(s), {options.fps:g} frames/s wanted, "
        f"{options.viewers} viewers, {options.listeners} listeners; "
        f"{film.mebibytes:.0f} MiB of the service are the film:\n"
    )


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(
        prog="dixi-runtime bench vision",
        description="Runs the vision service over films, with what the environment sets, and prints a table for each.",
    )
    add = top.add_argument
    add("--source", nargs="+", default=["synthetic"], help="`synthetic`, or videos or pictures")
    add("--parts", nargs="+", default=["hands"], choices=PARTS, help="what to look for besides hands")
    add("--hands", nargs="+", type=int, default=[1, 2], choices=(1, 2), help="most hands, each in a run of its own")
    add("--fps", type=float, default=240.0, help="frames a second that are wanted; 240 is as many as there can be")
    add("--seconds", type=float, default=10.0, help="how long each run counts")
    add("--viewers", type=int, default=0, help="clients of /video_feed")
    add("--listeners", type=int, default=1, help="clients of /ws")
    add("--frames", type=int, default=FRAMES, help="length of the film")
    add("--models", choices=("full", "lite"), help="in place of VISION_MODELS")
    add("--delegate", choices=("auto", "cpu", "gpu"), help="in place of VISION_DELEGATE")
    add("--model-dir", type=Path, help="in place of MODEL_DIR")
    return top.parse_args(arguments)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
