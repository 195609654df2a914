"""``python -m tests.perf.gestures``: the confusion matrix of both classifiers on a grid of rendered hands, for docs.

Rendering a case takes about half a second of a core; what MediaPipe saw is kept under DIXI_CACHE, so that a second run
takes seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from dixi_runtime.vision.gestures.classifier import ClassifierName
from tests.perf.gestures.cases import GESTURES, TILT, make_cases
from tests.perf.gestures.sights import watch
from tests.perf.gestures.tally import judge, summarise, tabulate_confusion, tabulate_factors


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    options = parse(arguments)
    cases = make_cases(options.seed, options.repeats, options.gestures, options.tilt)
    sights = list(watch(cases, options.cache / "models", options.cache, report_progress))
    verdicts = {name: judge(sights, name) for name in get_args(ClassifierName)}
    lines = [f"{len(cases)} hands, seed {options.seed}, leaning up to {options.tilt:g}° out of the image plane."]
    for name, found in verdicts.items():
        lines += ["", f"### `{name}`", "", *summarise(found), "", *tabulate_confusion(found)]
    lines += ["", "### By what differs", "", *tabulate_factors(verdicts)]
    sys.stdout.write("\n".join(lines) + "\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    cache = os.environ.get("DIXI_CACHE") or Path.home() / ".cache" / "dixi"
    parser = argparse.ArgumentParser(prog="python -m tests.perf.gestures", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other seeds are other hands")
    parser.add_argument("--repeats", type=int, default=1, help="hands for each gesture, angle, side and face")
    parser.add_argument("--tilt", type=float, default=TILT, help="largest lean out of the image plane, in degrees")
    parser.add_argument("--gestures", nargs="+", choices=GESTURES, default=GESTURES, help="only these")
    parser.add_argument("--cache", type=Path, default=Path(cache), help="folder with the models and what was seen")
    return parser.parse_args(arguments)


def report_progress(rendered: int) -> None:
    """A line every 50 cases, to the terminal only."""
    if rendered % 50 == 0:
        sys.stderr.write(f"{rendered} rendered\n")


if __name__ == "__main__":
    main(sys.argv[1:])
