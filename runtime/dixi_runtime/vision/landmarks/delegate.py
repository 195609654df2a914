"""What a landmarker computes on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..choices import Delegate, DelegateChoice

_DEVICES: Final = (("dev", "nvidia[0-9]*"), ("dev/dri", "renderD*"), ("dev", "dxg"))
"""NVIDIA's driver, Mesa's, and the one of WSL 2."""


def order_delegates(choice: DelegateChoice, gpu_there: bool) -> tuple[Delegate, ...]:
    """The delegates to try, in this order.

    `auto` tries the GPU only where there is one, since OpenGL on a CPU would be many times slower than no OpenGL.
    """
    if choice == "cpu" or (choice == "auto" and not gpu_there):
        return ("cpu",)
    return ("gpu", "cpu")


def is_gpu_there(root: Path = Path("/")) -> bool:
    """Whether a GPU's device file is there."""
    return any(any((root / folder).glob(pattern)) for folder, pattern in _DEVICES)
