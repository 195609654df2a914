"""Writes what is made from the types: ``python hack/generate.py [--check]``.

``crds/`` comes from ``dixi_operator.api``, and the chart carries a copy. With ``--check`` nothing is written, and a
file that is not current is an error.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dixi_operator.api.schema import FILE_NAME, render_crd

ROOT = Path(__file__).resolve().parent.parent
TARGETS = (ROOT / "crds" / FILE_NAME, ROOT / "charts" / "dixi-operator" / "files" / "crds" / FILE_NAME)


def main() -> None:
    """Write the targets, or compare them."""
    text = render_crd()
    stale = [path for path in TARGETS if not path.is_file() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        if stale:
            names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
            sys.exit(f"generate: not current: {names}; run: make generate")
        return
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"generate: wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
