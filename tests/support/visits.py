"""Asks a URL at a steady rate and prints as JSON how that went: ``python visits.py URL SECONDS RATE``.

It needs nothing but Python, so that its text can be given to one in a pod. Each request is a new connection.
"""

import json
import sys
import time
import urllib.request

PATIENCE_SECONDS = 5.0


def visit(url: str) -> str:
    """Empty when the answer is a 200, else what went wrong."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return "" if answer.status == 200 else f"status {answer.status}"
    except OSError as error:
        return f"{type(error).__name__}: {error}"


def visit_for(url: str, seconds: float, rate: float) -> dict[str, object]:
    """How many requests were answered well, what the others met with, and the longest time without an answer."""
    begun = time.monotonic()
    last, gap, good, faults = begun, 0.0, 0, []
    while (now := time.monotonic()) < begun + seconds:
        fault = visit(url)
        done = time.monotonic()
        if fault:
            faults.append(f"{time.strftime('%H:%M:%S', time.gmtime())} UTC, after {done - begun:.1f} s: {fault}")
        else:
            good += 1
            gap, last = max(gap, done - last), done
        time.sleep(max(0.0, now + 1 / rate - time.monotonic()))
    gap = max(gap, time.monotonic() - last)
    return {"good": good, "failed": len(faults), "gap": round(gap, 2), "faults": faults[:5]}


if __name__ == "__main__":
    json.dump(visit_for(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])), sys.stdout)
