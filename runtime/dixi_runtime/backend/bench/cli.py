"""``dixi-runtime bench backend``: loads a running backend and prints what it did as tables."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
from collections.abc import Sequence

import uvloop

from dixi_runtime.backend.bench.fanout import Load, measure_fanout
from dixi_runtime.backend.bench.figures import describe_fanout, describe_http, tabulate
from dixi_runtime.backend.bench.listener import HandshakeError
from dixi_runtime.backend.bench.load import measure_http
from dixi_runtime.backend.bench.target import Target, parse_target
from dixi_runtime.settings import API_KEY_HEADER

_INGEST = "/api/tracking/process"


def main(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; 1 when the backend cannot be measured."""
    options = _parse(arguments)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(options))
    except (OSError, HandshakeError, ValueError) as error:
        sys.stderr.write(f"dixi-runtime bench backend: {error}\n")
        return 1
    return 0


async def _measure(options: argparse.Namespace) -> None:
    headers = {API_KEY_HEADER: options.api_key} if options.api_key else {}
    loads = [parse_target(options.url, path, headers) for path in options.path]
    rows = [describe_http(await measure_http(target, options.connections, options.seconds)) for target in loads]
    if rows:
        _say(f"{tabulate(rows)}\n")
    ingest, socket = parse_target(options.url, _INGEST, headers), _socket(options)
    found = [
        await measure_fanout(ingest, socket, Load(clients, options.rate, options.seconds))
        for clients in options.clients
    ]
    if found:
        _say(
            f"{options.rate:g} frames a second to every WebSocket client:\n\n{tabulate([*map(describe_fanout, found)])}"
        )


def _socket(options: argparse.Namespace) -> Target:
    path = f"/ws?token={options.token}" if options.token else "/ws"
    return parse_target(options.ws_url) if options.ws_url else parse_target(options.url, path)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(
        prog="dixi-runtime bench backend", description="Loads a running backend and prints what it did as tables."
    )
    top.add_argument("--url", default="http://127.0.0.1:3001", help="where the backend answers")
    top.add_argument("--ws-url", help="where its WebSocket is; default: /ws of --url")
    top.add_argument("--path", nargs="*", default=["/api/health"], help="what is asked for over HTTP")
    top.add_argument("--connections", type=_positive, default=400, help="of HTTP at once, each with one request")
    top.add_argument("--clients", type=_positive, nargs="*", default=[100, 500], help="WebSocket clients, in turn")
    top.add_argument("--rate", type=_positive_float, default=30.0, help="frames a second into the backend")
    top.add_argument("--seconds", type=_positive_float, default=10.0, help="how long each measurement takes")
    top.add_argument("--api-key", default=os.environ.get("API_KEY", ""), help="default: the environment's API_KEY")
    top.add_argument("--token", default="", help="of the WebSocket, where the backend asks for one")
    return top.parse_args(arguments)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return value


def _positive_float(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
