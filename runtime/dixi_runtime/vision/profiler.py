"""Where the threads of this process spend their time, by looking at them again and again.

The result is in the form that flame graphs are drawn from, one stack a line: `thread;outer;inner 42`
(https://github.com/brendangregg/FlameGraph#2-fold-stacks). What is inferred in a process of its own is not seen.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Final

PERIOD_SECONDS: Final = 0.005
DEEPEST: Final = 64


def name_stack(frame: FrameType | None) -> str:
    """The functions from the outermost to that of the frame, at most DEEPEST of the innermost."""
    names: list[str] = []
    while frame is not None and len(names) < DEEPEST:
        names.append(f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return ";".join(reversed(names))


def sample_stacks() -> Iterator[str]:
    """The stack of every thread but the one that asks, its thread's name first."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for identity, frame in sys._current_frames().items():
        if identity != threading.get_ident():
            yield f"{names.get(identity, 'unknown')};{name_stack(frame)}"


def profile(seconds: float) -> str:
    """Looks every PERIOD_SECONDS for that long; the lines with most sightings first."""
    seen: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen.update(sample_stacks())
        time.sleep(PERIOD_SECONDS)
    return "".join(f"{stack} {count}\n" for stack, count in seen.most_common())
