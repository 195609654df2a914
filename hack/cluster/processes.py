"""Services: starting, finding and stopping the supervised processes of one cluster."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from hack.cluster import supervise
from hack.cluster.errors import ClusterError
from hack.cluster.layout import Layout, read_json, write_json

POLL = 0.1
"""Seconds between two looks at something awaited."""
PATIENCE = 2
"""Ends of a process that is awaited, after which waiting is in vain."""
NO_PROXY: Mapping[str, str] = {"NO_PROXY": "*", "no_proxy": "*"}
"""Environment in which programs reach this machine's addresses directly, whatever proxy its user has."""


@dataclass(frozen=True)
class Service:
    """One long-running program. `inputs` are files that it reads only when it starts: a change of them restarts it."""

    name: str
    argv: Sequence[str]
    inputs: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: dict(NO_PROXY))
    grace: float = 10.0
    """Seconds between SIGTERM and SIGKILL."""


@dataclass(frozen=True)
class State:
    """What runs of a service, read from its pid file and checked against /proc."""

    supervisor: int | None
    child: int | None
    starts: int


def specification(layout: Layout, service: Service) -> dict[str, Any]:
    """What the supervisor is told; equal specifications need no restart."""
    digests = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in service.inputs}
    program = Path(service.argv[0]).stat()
    return {
        **asdict(service),
        "argv": list(service.argv),
        "environment": dict(service.environment),
        "inputs": digests,
        "program": [program.st_size, program.st_mtime_ns],
        "log": str(layout.log(service.name)),
    }


def start(layout: Layout, service: Service) -> None:
    """Starts the service unless it already runs exactly so; one that runs otherwise is stopped first."""
    wanted = specification(layout, service)
    file = layout.services / f"{service.name}.json"
    if state(layout, service.name).supervisor is not None:
        if read_json(file) == wanted:
            return
        stop(layout, service.name)
    kill(pid for pid in [state(layout, service.name).child] if pid is not None)
    layout.logs.mkdir(parents=True, exist_ok=True)
    layout.services.mkdir(parents=True, exist_ok=True)
    write_json(file, wanted)
    argv = [sys.executable, "-S", "-E", supervise.__file__, str(file)]
    quiet = subprocess.DEVNULL
    subprocess.run(argv, stdin=quiet, stdout=quiet, stderr=quiet, cwd="/", check=True, timeout=30)


def state(layout: Layout, name: str) -> State:
    """Pids that are still those of the pid file; a pid that the kernel gave to another process counts as gone."""
    recorded = read_json(layout.services / f"{name}.pid") or {}
    return State(
        supervisor=alive(recorded.get("supervisor")),
        child=alive(recorded.get("child")),
        starts=int(recorded.get("starts", 0)),
    )


def alive(known: dict[str, int] | None) -> int | None:
    """The pid, if that process still runs: same start time, and not a zombie."""
    if not known:
        return None
    try:
        stat = Path(f"/proc/{known['pid']}/stat").read_text()
        same = supervise.start_time(known["pid"]) == known["start"]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return known["pid"] if same and stat.rpartition(")")[2].split()[0] != "Z" else None


def names(layout: Layout) -> list[str]:
    """Services that were started here, running or not, oldest first."""
    files = layout.services.glob("*.json") if layout.services.exists() else ()
    return [file.stem for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]


def stop(layout: Layout, *services: str) -> None:
    """Ends the services and their supervisors, all at once; whatever is left of one is killed."""
    supervisors = {name: state(layout, name).supervisor for name in services}
    for pid in supervisors.values():
        if pid is not None:
            _signal(pid, signal.SIGTERM)
    for name in services:
        recorded = read_json(layout.services / f"{name}.json") or {}
        _until(partial(_is_gone, layout, name, "supervisor"), float(recorded.get("grace", 10.0)) + 5)
        kill(pid for pid in (state(layout, name).supervisor, state(layout, name).child) if pid is not None)
        _until(partial(_is_gone, layout, name, "child"), 5)
        (layout.services / f"{name}.json").unlink(missing_ok=True)
        (layout.services / f"{name}.pid").unlink(missing_ok=True)


def await_ready(layout: Layout, name: str, check: Callable[[], bool], timeout: float) -> None:
    """Waits for the service's own check; ClusterError shows the end of its log when it is late or keeps ending."""
    deadline, before = time.monotonic() + timeout, state(layout, name).starts
    while not check():
        restarts = state(layout, name).starts - max(before, 1)
        if restarts > PATIENCE:
            raise ClusterError(f"{name} ended {restarts} times while starting{log_end(layout, name)}")
        if time.monotonic() > deadline:
            raise ClusterError(f"{name} was not ready within {timeout:.0f} s{log_end(layout, name)}")
        time.sleep(POLL)


def require_running(layout: Layout) -> None:
    """ClusterError when a service that should run keeps ending, or is not there."""
    for name in names(layout):
        found = state(layout, name)
        if found.child is None:
            raise ClusterError(f"{name} does not stay up, it was started {found.starts} times{log_end(layout, name)}")


def log_end(layout: Layout, name: str, lines: int = 15) -> str:
    """The end of a service's log, with its path, to follow an error's first sentence."""
    log = layout.log(name)
    if not log.exists():
        return f"; it has written no log ({log})"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        last = file.read().decode(errors="replace").splitlines()[-lines:]
    return f"; {log} ends with:\n  " + "\n  ".join(line[:400] for line in last)


def command_lines() -> Iterator[tuple[int, list[str]]]:
    """Pid and arguments of every process but our own."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                argv = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(entry.name), argv


def strays(layout: Layout, programs: Iterable[str]) -> list[int]:
    """Processes that no pid file knows: one of the programs, with an argument inside the state folder."""
    known = {pid for name in names(layout) for pid in (state(layout, name).supervisor, state(layout, name).child)}
    wanted = set(programs)
    return [pid for pid, argv in command_lines() if pid not in known and is_ours(argv, layout.root, wanted)]


def is_ours(argv: Sequence[str], root: Path, programs: set[str]) -> bool:
    """Whether a command line is one of the programs at work on this state folder."""
    program = Path(argv[0]).name if argv else ""
    if program.startswith("python"):
        program = next((Path(part).stem for part in argv[1:] if part.endswith("supervise.py")), "")
    values = [Path(part.rpartition("=")[2]) for part in argv[1:]]
    return program in programs and any(value.is_relative_to(root) for value in values)


def kill(pids: Iterable[int]) -> None:
    """SIGKILL, for processes that have no state to save."""
    for pid in pids:
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_gone(layout: Layout, name: str, which: Literal["supervisor", "child"]) -> bool:
    found = state(layout, name)
    return (found.supervisor if which == "supervisor" else found.child) is None


def _until(condition: Callable[[], bool], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not condition() and time.monotonic() < deadline:
        time.sleep(POLL / 2)
