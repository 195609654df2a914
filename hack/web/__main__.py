"""``python hack/web vendor``: three for the page; ``check``: types and style of the page's modules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hack.web.check import check_modules
from hack.web.npm import WebError
from hack.web.vendor import ensure_three

COMMANDS: Mapping[str, Callable[[], object]] = {"vendor": ensure_three, "check": check_modules}

if __name__ == "__main__":
    command = COMMANDS.get(" ".join(sys.argv[1:]))
    if command is None:
        sys.exit(f"usage: python hack/web {'|'.join(COMMANDS)}")
    try:
        command()
    except WebError as error:
        sys.exit(f"web: {error}")
