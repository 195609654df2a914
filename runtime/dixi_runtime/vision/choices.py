"""Choices that the settings offer and the landmarkers understand."""

from __future__ import annotations

from typing import Final, Literal

ModelSize = Literal["full", "lite"]
Delegate = Literal["cpu", "gpu"]
DelegateChoice = Literal["auto", "cpu", "gpu"]
DELEGATES: Final[tuple[Delegate, ...]] = ("cpu", "gpu")
