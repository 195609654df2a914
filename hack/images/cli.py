"""The command line of hack/images."""

import argparse
import sys

from hack.cluster.errors import ClusterError
from hack.images.build import binaries_folder, ensure_archive, is_buildable, program_command
from hack.images.catalogue import find_image, images
from hack.images.errors import ImageError
from hack.images.progress import say


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command and its names."""
    parser = argparse.ArgumentParser(prog="python hack/images", description="Build the images of Dixi.")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build images (default: all) into archives in the cache")
    build.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(images())}")
    archive = commands.add_parser("archive", help="print the path of an image's archive, built when needed")
    archive.add_argument("name", metavar="NAME")
    return parser.parse_args(arguments)


def build_named(names: list[str]) -> None:
    """Builds the named images; without names all that can be built, telling which cannot."""
    for name in names:
        ensure_archive(find_image(name))
    for image in [] if names else images().values():
        if is_buildable(image, binaries_folder()):
            ensure_archive(image)
        else:
            say(f"{image.name}: skipped, for its program is not built yet: {program_command(image)}")


def main(arguments: list[str]) -> int:
    """0 on success, 1 with a sentence on standard error otherwise."""
    options = parse_arguments(arguments)
    try:
        match options.command:
            case "build":
                build_named(options.names)
            case "archive":
                print(ensure_archive(find_image(options.name)))
    except (ImageError, ClusterError) as error:
        print(f"images: {error}", file=sys.stderr)
        return 1
    return 0
