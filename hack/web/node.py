"""The Node that Playwright brings; a distribution's own may be too old for what is pinned here."""

from pathlib import Path

import playwright

NODE = Path(playwright.__file__).parent / "driver" / "node"
