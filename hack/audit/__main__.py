"""`python hack/audit [--advisories FOLDER]`: are there known vulnerabilities in what is pinned?"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hack.audit.cli import main

sys.exit(main(sys.argv[1:]))
