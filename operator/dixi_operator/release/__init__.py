"""What Helm runs beside the operator: ``helm test``, and what goes before ``helm uninstall``."""

from __future__ import annotations

import sys


def check() -> None:
    """Run the checks of ``helm test`` and exit with 0 when all are well; see ``check.py``."""
    from dixi_operator.release.check import main

    sys.exit(main())


def uninstall() -> None:
    """Look after the installs before the operator goes, and exit with 0 when it may; see ``farewell.py``."""
    from dixi_operator.release.farewell import main

    sys.exit(main())
