"""``python -m tests.perf.profiled FOLDER``: the operator with a profile of the CPU time of each of its threads."""

from __future__ import annotations

import sys
import threading
from cProfile import Profile
from pathlib import Path
from time import thread_time

from dixi_operator.__main__ import main


def run(folder: Path) -> None:
    """Run the operator until it is told to end, and leave one file a thread in the folder."""
    profiles: list[Profile] = []

    def begin(*_: object) -> None:
        profiles.append(Profile(thread_time))
        profiles[-1].enable()

    threading.setprofile(begin)
    begin()
    try:
        main()
    finally:
        profiles[0].disable()
        for number, profile in enumerate(profiles):
            profile.dump_stats(folder / f"thread-{number:02}.prof")


if __name__ == "__main__":
    run(Path(sys.argv.pop()))
