"""``/api/gestures/record`` and ``/api/gestures/recordings``: what was seen, kept and told again."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from dixi_runtime.backend.clock import milliseconds
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.recorder.tape import Channel, list_messages
from dixi_runtime.backend.requests import Given, Json, StrictRoute

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_DEFAULT_CHANNELS: Final[tuple[Channel, ...]] = ("gesture",)


class StartBody(BaseModel):
    """What ``POST record/start`` may be given; ``channels`` says what is recorded."""

    model_config = ConfigDict(extra="ignore")

    name: _Name | None = None
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=3)] = _DEFAULT_CHANNELS


class StopBody(BaseModel):
    """What ``POST record/stop`` may be given."""

    model_config = ConfigDict(extra="ignore")

    name: _Name | None = None


class PlayBody(BaseModel):
    """What ``POST recordings/{id}/play`` may be given; 2 is twice as fast."""

    model_config = ConfigDict(extra="ignore")

    speed: Annotated[float, Field(ge=0.1, le=10, strict=True)] = 1.0


def recording_router(prefix: str) -> APIRouter:
    """The recorder's routes under ``prefix``."""
    router = APIRouter(prefix=prefix, tags=["recordings"], route_class=StrictRoute)
    router.add_api_route("/record/start", _start, methods=["POST"])
    router.add_api_route("/record/stop", _stop, methods=["POST"])
    router.add_api_route("/recordings", _list, methods=["GET"])
    router.add_api_route("/recordings/{recording_id}", _read, methods=["GET"])
    router.add_api_route("/recordings/{recording_id}", _delete, methods=["DELETE"])
    router.add_api_route("/recordings/{recording_id}/play", _play, methods=["POST"])
    router.add_api_route("/recordings/{recording_id}/stop", _silence, methods=["POST"])
    return router


async def _start(services: Given, body: StartBody | None = None) -> Json:
    given = body or StartBody()
    recording_id = f"recording_{milliseconds(services.clock())}_{secrets.token_hex(4)}"
    title = await services.recorder.start(recording_id, given.name, given.channels)
    return Json({"message": "Recording started", "recordingId": title.id, "recording": title.as_json()})


async def _stop(services: Given, body: StopBody | None = None) -> Json:
    recording = await services.recorder.stop(None if body is None else body.name)
    found = {**recording.summary, "events": orjson.Fragment(recording.events)}
    return Json({"message": "Recording stopped", "recording": found})


async def _list(services: Given) -> Json:
    found = await services.recorder.summaries()
    return Json({"message": "Recordings", "recordings": found, "count": len(found)})


async def _read(services: Given, recording_id: str) -> Json:
    return Json({"message": "Recording", "recording": await _find(services, recording_id)})


async def _delete(services: Given, recording_id: str) -> Json:
    if not await services.recorder.delete(recording_id):
        raise _unknown(recording_id)
    return Json({"message": "Recording deleted", "recordingId": recording_id})


async def _play(services: Given, recording_id: str, body: PlayBody | None = None) -> Json:
    recording = await _find(services, recording_id)
    speed = 1.0 if body is None else body.speed
    services.player.play(recording_id, list_messages(recording["events"], milliseconds(services.clock())), speed)
    told = {"recordingId": recording_id, "eventCount": recording["eventCount"], "duration": recording["duration"]}
    return Json({"message": "Playing", **told, "speed": speed})


async def _silence(services: Given, recording_id: str) -> Json:
    services.player.stop(recording_id)
    return Json({"message": "Playing stopped", "recordingId": recording_id})


async def _find(services: Given, recording_id: str) -> dict[str, Any]:
    found = await services.recorder.recording(recording_id)
    if found is None:
        raise _unknown(recording_id)
    return found


def _unknown(recording_id: str) -> ApiError:
    return ApiError(404, "Recording not found", f"No recording has the id {recording_id}", "service_error")
