"""Which images there are, and what each is made of."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hack.images.errors import ImageError
from hack.web.vendor import ensure_three

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = "localhost"


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image with a Dockerfile of its own.

    `dockerfile` and `sources` (files and folders that a change of makes a new image) are relative to the repository,
    `binary` is a program that comes from the cache's bin folder; `base_argument` is the Dockerfile's ARG of the base;
    `prepare` brings into `sources` what the repository does not hold.
    """

    name: str
    version: str
    dockerfile: str
    base_argument: str
    sources: tuple[str, ...] = ()
    binary: str = ""
    prepare: Callable[[], object] | None = None

    @property
    def reference(self) -> str:
        """The full name that pods use."""
        return f"{REGISTRY}/{self.name}:{self.version}"


def project_version() -> str:
    """The version in pyproject.toml, which the project's own images carry."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def images() -> dict[str, Image]:
    """Every image by name, in the order in which they are built."""
    version = project_version()
    shared = (".dockerignore", "pyproject.toml", "hack/images/install.py")
    known = (
        Image(
            name="dixi-operator",
            dockerfile="Dockerfile.operator",
            sources=(*shared, "requirements/operator.txt", "operator/dixi_operator"),
            version=version,
            base_argument="PYTHON_IMAGE",
        ),
        Image(
            name="dixi-runtime",
            dockerfile="Dockerfile.runtime",
            sources=(*shared, "requirements/runtime.txt", "hack/models", "runtime/dixi_runtime"),
            prepare=ensure_three,
            version=version,
            base_argument="PYTHON_IMAGE",
        ),
        Image(
            name="dixi-redis",
            version="7.0.15",
            dockerfile="hack/images/redis/Dockerfile",
            base_argument="BASE_IMAGE",
        ),
        Image(
            name="dixi-ollama",
            version="0.17.4",
            dockerfile="hack/images/ollama/Dockerfile",
            base_argument="BASE_IMAGE",
            binary="ollama",
        ),
    )
    return {image.name: image for image in known}


def find_image(name: str) -> Image:
    """The image of that name; a reference such as localhost/dixi-redis:7.0.15 names it too."""
    known = images()
    plain = name.rsplit("/", 1)[-1].split(":", 1)[0]
    if plain not in known:
        raise ImageError(f"there is no image {name!r}; the images are {', '.join(known)}")
    image = known[plain]
    if name not in (image.name, f"{image.name}:{image.version}", image.reference):
        raise ImageError(f"{name} is not what this repository builds: that is {image.reference}")
    return image
