"""The command line of hack/models."""

import argparse
import os
import sys
import time
from pathlib import Path

from hack.models.build import build_bundles, missing_bundles, write_checksums
from hack.models.errors import ModelError
from hack.models.wheel import fetch_wheel


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The folder of the bundles."""
    parser = argparse.ArgumentParser(
        prog="python hack/models", description="Make the MediaPipe task bundles from the models in the pinned wheel."
    )
    parser.add_argument("folder", type=Path, metavar="OUTDIR", help="where the bundles and SHA256SUMS go")
    return parser.parse_args(arguments)


def cache_folder() -> Path:
    """Where downloads are kept: DIXI_CACHE, else ~/.cache/dixi."""
    return Path(os.environ.get("DIXI_CACHE") or Path.home() / ".cache" / "dixi")


def make_models(folder: Path) -> str:
    """Makes what is missing and tells in a sentence what was done."""
    missing = missing_bundles(folder)
    if not missing:
        write_checksums(folder)
        return f"the models in {folder} are complete"
    started = time.monotonic()
    build_bundles(fetch_wheel(cache_folder() / "wheels"), folder, missing)
    write_checksums(folder)
    return f"made {', '.join(missing)} in {folder} ({time.monotonic() - started:.1f} s)"


def main(arguments: list[str]) -> int:
    """0 when the folder holds every bundle, 1 with a sentence on stderr when it does not."""
    options = parse_arguments(arguments)
    try:
        print(make_models(options.folder))
    except ModelError as error:
        print(f"models: {error}", file=sys.stderr)
        return 1
    return 0
