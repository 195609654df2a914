"""The page about the vision role's routes, from its OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from dixi_runtime.metrics import create_metrics
from dixi_runtime.vision.http.app import create_app
from dixi_runtime.vision.settings import VisionSettings
from dixi_runtime.vision.stream import Stream
from hack.reference.tables import code, render_table

HEAD = """# Routes of the vision role

On `VISION_SERVICE_PORT`, open to every origin, without a key. The same as OpenAPI: `/openapi.json`. Made by
`make generate`.

An error is `{"error": "a sentence", "status": 404, "path": "/asked"}`. Whatever is about a picture, or about what is
seen in one, has `simulated`: true when no camera took it; JPEG pictures, and the parts of the video, have the header
`X-Dixi-Simulated: true` instead. Keys that end with `?` may be missing.

"""
EVENTS = """
## WebSocket `/ws`

Text messages `{"type": ..., "data": ...}`: `connection` once, then `tracking` (every unified frame), `gesture` (when
it changes, and every 300 ms) and `face` (every 300 ms), as `GET /tracking`, `/gesture` and `/face` have them. Who is
behind gets the newest frame and face next; who reads nothing for 5 s is closed with 1013. The query may have

- `want=face,body`: these are looked for as long as the connection lasts
- `replaces_push=true`: nothing is posted to `BACKEND_URL` as long as it lasts

Without such a subscriber, frames, gestures and faces are posted to `BACKEND_URL` as the existing Dixi's vision posts
them: to `/api/tracking/process`, `/api/gestures/process` and `/api/faces/process`, frames and faces at most every
300 ms (`PUSH_INTERVAL_MS` for frames). A backend that is slow or away costs no frame.
"""


def render_vision() -> str:
    """One table of routes, one of each object that they answer with."""
    document = asyncio.run(_describe())
    rows = sorted(_rows(document), key=lambda row: row[0].strip("`"))
    page = HEAD + render_table(["path", "method", "what it does", "answers"], rows) + "\n## Objects\n"
    for name, schema in sorted(document["components"]["schemas"].items()):
        page += f"\n### {name}\n\n{_render_object(schema)}"
    return page + EVENTS


async def _describe() -> dict[str, Any]:
    stream = Stream(VisionSettings(), create_metrics(), asyncio.Event())
    return create_app(stream).openapi()


def _rows(document: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = ", ".join(
                f"{status}: {_name_content(answer.get('content', {}))}"
                for status, answer in operation["responses"].items()
            )
            yield code(path), method.upper(), operation["description"], answers


def _name_content(content: dict[str, Any]) -> str:
    media, described = next(iter(content.items()))
    return _name(described.get("schema", {})) if media == "application/json" else code(media.partition(";")[0])


def _name(schema: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_name(option) for option in schema["anyOf"])
    if "const" in schema:
        return code(str(schema["const"]).lower() if isinstance(schema["const"], bool) else schema["const"])
    if "enum" in schema:
        return " or ".join(code(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_name(schema.get('items', {}))}"
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        return f"object of {_name(values)}"
    return str(schema.get("type", "any"))


def _render_object(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (code(name if name in required else f"{name}?"), _name(field))
        for name, field in schema.get("properties", {}).items()
    ]
    return str(schema["description"]).replace("``", "`") + "\n\n" + render_table(["key", "type"], rows)
