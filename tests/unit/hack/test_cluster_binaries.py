"""Which programs are built, from which pins, and when they are built again."""

from pathlib import Path

import pytest

from hack.cluster import binaries, pins
from hack.cluster.errors import ClusterError

SOURCES = {"go.mod": b"module x\n", "go.sum": b"sum\n"}
FLAGS = ["-trimpath"]
PROGRAMS = {"tool": "example.com/tool"}


def test_the_stamp_is_the_same_for_the_same_pins() -> None:
    again = dict(reversed(SOURCES.items()))
    assert binaries.stamp(SOURCES, FLAGS, PROGRAMS) == binaries.stamp(again, FLAGS, PROGRAMS)


@pytest.mark.parametrize(
    ("sources", "flags", "programs"),
    [
        ({**SOURCES, "go.mod": b"module y\n"}, FLAGS, PROGRAMS),
        ({**SOURCES, "main.go": b"package main\n"}, FLAGS, PROGRAMS),
        ({"go.mod": b"module x\nsum\n", "go.sum": b""}, FLAGS, PROGRAMS),
        (SOURCES, ["-trimpath", "-race"], PROGRAMS),
        (SOURCES, FLAGS, {"tool": "example.com/other"}),
    ],
)
def test_the_stamp_changes_with_any_pin(sources: dict[str, bytes], flags: list[str], programs: dict[str, str]) -> None:
    assert binaries.stamp(sources, flags, programs) != binaries.stamp(SOURCES, FLAGS, PROGRAMS)


def test_without_names_everything_but_the_optional_is_built() -> None:
    names = [module.name for module in binaries.select()]
    assert "kubernetes" in names
    assert not {"ollama", "versitygw", "kind"} & set(names)


def test_extra_modules_come_with_the_default_ones() -> None:
    assert [m.name for m in binaries.select(extra=["ollama"])] == [
        m.name for m in pins.MODULES if not m.optional or m.name == "ollama"
    ]


def test_an_unknown_module_is_named_with_the_known_ones() -> None:
    with pytest.raises(ClusterError, match=r"no module is called kubernets; known: kubernetes"):
        binaries.select(["kubernets"])


@pytest.mark.parametrize("module", pins.MODULES, ids=lambda module: module.name)
def test_every_module_has_its_pins(module: pins.Module) -> None:
    text = (pins.home(module) / "go.mod").read_text()
    packages = [package for package in module.programs.values() if not package.startswith(".")]
    assert all(package in text for package in packages)
    assert not packages or (pins.home(module) / "go.sum").exists()


def test_kubernetes_says_its_version() -> None:
    module = next(module for module in pins.MODULES if module.name == "kubernetes")
    assert "-X k8s.io/component-base/version.gitVersion=v1.37.2" in binaries.flags(module)[-1]
    assert "k8s.io/kubernetes v1.37.2" in (pins.home(module) / "go.mod").read_text()


def test_sources_that_nobody_has_downloaded_yet_are_found(tmp_path: Path) -> None:
    home = pins.home(next(module for module in pins.MODULES if module.name == "ollama"))
    modules = {"GOMODCACHE": str(tmp_path), "GOFLAGS": "-modcacherw"}
    folder = binaries.find_source(Path("go"), home, "github.com/gen2brain/malgo", modules)
    assert (folder / "miniaudio.h").is_file()
    assert tmp_path in folder.parents
