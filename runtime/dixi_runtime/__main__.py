"""``dixi-runtime ROLE``: runs one role, or all three in one process, until SIGTERM or SIGINT.

``dixi-runtime bench ROLE`` measures one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import uvloop
from pydantic import ValidationError

from dixi_runtime.logs import configure_logging
from dixi_runtime.metrics import Metrics, create_metrics
from dixi_runtime.settings import RuntimeSettings

_logger = logging.getLogger(__name__)

_Error = TypeVar("_Error", bound=Exception)

Role = Callable[[Metrics, asyncio.Event], Awaitable[None]]
"""Runs a role until the event is set."""


async def _vision(metrics: Metrics, stop: asyncio.Event) -> None:
    from dixi_runtime.vision.service import serve
    from dixi_runtime.vision.settings import VisionSettings

    await serve(VisionSettings(), metrics, stop)


async def _backend(metrics: Metrics, stop: asyncio.Event) -> None:
    from dixi_runtime.backend.service import serve
    from dixi_runtime.backend.settings import BackendSettings

    await serve(BackendSettings(), metrics, stop)


async def _frontend(metrics: Metrics, stop: asyncio.Event) -> None:
    from dixi_runtime.frontend.service import serve
    from dixi_runtime.frontend.settings import FrontendSettings

    await serve(FrontendSettings(), metrics, stop)


_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "vision": (_vision,),
    "backend": (_backend,),
    "frontend": (_frontend,),
    "all": (_backend, _vision, _frontend),
}


def _bench_backend(arguments: Sequence[str]) -> int:
    from dixi_runtime.backend.bench.cli import main as bench

    return bench(arguments)


def _bench_vision(arguments: Sequence[str]) -> int:
    from dixi_runtime.vision.bench.cli import main as bench

    return bench(arguments)


_BENCHES: Final[dict[str, Callable[[Sequence[str]], int]]] = {"backend": _bench_backend, "vision": _bench_vision}


async def _run(roles: Sequence[Role]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        for role in roles:
            group.create_task(_until_stopped(role, create_metrics(), stop))


async def _until_stopped(role: Role, metrics: Metrics, stop: asyncio.Event) -> None:
    await role(metrics, stop)
    stop.set()


def _report_settings(group: BaseExceptionGroup[ValidationError]) -> None:
    for error in _leaves(group):
        for item in error.errors():
            name = ".".join(str(part) for part in item["loc"])
            given = f" (given: {item['input']!r})" if name else ""
            _logger.error("%s: %s%s", name or "settings", item["msg"], given)


def _leaves(group: BaseExceptionGroup[_Error]) -> list[_Error]:
    found: list[_Error] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 after a clean stop, 2 for bad arguments or settings, 1 when it cannot listen."""
    parser = argparse.ArgumentParser(prog="dixi-runtime", description="Runs a role of Dixi's runtime, or measures one.")
    commands = parser.add_subparsers(dest="role", required=True, metavar="ROLE")
    for name in sorted(_ROLES):
        commands.add_parser(name, help="run the three roles in one process" if name == "all" else f"run {name}")
    bench = commands.add_parser("bench", help="measure a role; 'bench ROLE --help' tells how", add_help=False)
    bench.add_argument("what", choices=sorted(_BENCHES))
    options, rest = parser.parse_known_args(arguments)
    if options.role == "bench":
        return _BENCHES[options.what](rest)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return _serve(options.role)


def _serve(role: str) -> int:
    configure_logging("info", role)
    code = 0
    try:
        configure_logging(RuntimeSettings().log_level, role)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(_ROLES[role]))
    except* ValidationError as group:
        _report_settings(group)
        code = 2
    except* OSError as group:
        for error in _leaves(group):
            _logger.error("Cannot listen or connect: %s", error)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
