"""Where things are on this machine, and how its cores are shared out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MODELS: Final = Path(os.environ.get("DIXI_CACHE", Path.home() / ".cache/dixi")) / "models"


def pin(cores: int) -> tuple[int, ...]:
    """Keeps this process and those that it starts to its first cores; which they are."""
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, chosen)
    return tuple(chosen)
