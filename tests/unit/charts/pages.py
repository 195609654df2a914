"""Finds the examples in a page of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator


def find_blocks(page: str, word: str) -> Iterator[str]:
    """The blocks of YAML that are marked with ``word``."""
    return (match.group(1) for match in re.finditer(rf"^```yaml {word}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
