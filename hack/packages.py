"""Installs the Debian packages of programs that are missing: ``python hack/packages.py PROGRAM...``.

Program and package must have the same name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hack.cluster.errors import ClusterError
from hack.cluster.packages import install

if __name__ == "__main__":
    try:
        install({program: program for program in sys.argv[1:]}, os.geteuid())
    except ClusterError as error:
        sys.exit(f"packages: {error}")
