"""Run as `python hack/images COMMAND`: the images of Dixi, without an image registry."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hack.images.cli import main

sys.exit(main(sys.argv[1:]))
