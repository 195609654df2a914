from __future__ import annotations

import sys
import threading

from dixi_runtime.vision.profiler import DEEPEST, name_stack, profile, sample_stacks


def test_a_stack_names_thread_and_functions_from_the_outermost() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="capture")
    thread.start()
    try:
        (stack,) = (stack for stack in sample_stacks() if stack.startswith("capture;"))
        text = profile(0.05)
    finally:
        stop.set()
        thread.join()
    assert "threading.Thread.run;threading.Event.wait" in stack
    lines = [line.rpartition(" ") for line in text.splitlines() if line.startswith("capture;")]
    assert all(int(count) >= 1 for _, _, count in lines)
    assert lines


def test_a_stack_has_an_end() -> None:
    def dive(depth: int) -> str:
        return dive(depth - 1) if depth else name_stack(sys._getframe())

    assert dive(3 * DEEPEST).count(";") == DEEPEST - 1
