"""`python hack/models OUTDIR`: the hand, pose and face landmarker bundles from the pinned MediaPipe wheel."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hack.models.cli import main

sys.exit(main(sys.argv[1:]))
