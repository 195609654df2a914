"""Runs make targets one after the other and says how long each took: ``python hack/stages.py TARGET...``."""

from __future__ import annotations

import subprocess
import sys
from time import monotonic


def main() -> None:
    """Stop at the first target that fails."""
    spent: list[tuple[str, float]] = []
    for target in sys.argv[1:]:
        print(f"\n===== {target}", flush=True)
        started = monotonic()
        code = subprocess.run(["make", "--no-print-directory", target], check=False).returncode
        spent.append((target, monotonic() - started))
        if code != 0:
            sys.exit(f"stages: {target} failed after {spent[-1][1]:.0f} s; repeat it alone with: make {target}")
    print("\n===== all passed: " + ", ".join(f"{target} {seconds:.0f} s" for target, seconds in spent), flush=True)


if __name__ == "__main__":
    main()
