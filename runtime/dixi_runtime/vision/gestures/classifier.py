"""The classifiers there are, by name."""

from __future__ import annotations

from typing import Literal

ClassifierName = Literal["default", "upstream"]
