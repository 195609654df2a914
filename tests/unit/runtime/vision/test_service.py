from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from dixi_runtime import server
from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.service import serve
from dixi_runtime.vision.settings import VisionSettings


def find_free_ports(count: int) -> list[int]:
    sockets = [server.bind(0) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


def make_settings(tmp_path: Path, port: int, alias: int | None) -> VisionSettings:
    return VisionSettings(
        vision_service_port=port,
        vision_alias_port=alias,
        vision_source=f"file:{tmp_path}/missing.mp4",
        model_dir=tmp_path,
        backend_url="",
    )


async def ask_health(port: int) -> dict[str, object]:
    await asyncio.sleep(0)  # lets the service bind its ports; from then on connections wait for it
    async with httpx.AsyncClient(timeout=20) as client:
        health: dict[str, object] = (await client.get(f"http://127.0.0.1:{port}/health")).json()
    return health


async def test_both_ports_answer_even_without_model_and_camera(tmp_path: Path) -> None:
    port, alias = find_free_ports(2)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(make_settings(tmp_path, port, alias), create_metrics(), stop))
    for each in (port, alias):
        health = await ask_health(each)
        assert (health["status"], health["model_loaded"], health["camera_available"]) == ("healthy", False, False)
    stop.set()
    await serving


async def test_a_taken_alias_port_is_skipped(tmp_path: Path) -> None:
    port, alias = find_free_ports(2)
    with server.bind(alias):
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(make_settings(tmp_path, port, alias), create_metrics(), stop))
        assert (await ask_health(port))["status"] == "healthy"
        stop.set()
        await serving


async def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    (port,) = find_free_ports(1)
    with socket.create_server(("", port)), server.bind(0):
        settings = make_settings(tmp_path, port, None)
        with pytest.raises(OSError, match="in use"):
            await serve(settings, create_metrics(), asyncio.Event())
