"""Run as `python hack/cluster COMMAND`: a real Kubernetes on this machine."""

import sys
from pathlib import Path

# Python put this folder first, where its modules have short names; the package is imported from the repository instead.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from hack.cluster.cli import main  # noqa: E402, the path must be right first

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
