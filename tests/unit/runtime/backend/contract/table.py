"""Every route of the REST contract: what it answers with its dependencies up, and with them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.unit.runtime.backend.contract.shapes import BOOL, LIST, NUM, OBJECT, STR, Each, Exactly, Fields, Maybe, Shape
from tests.unit.runtime.backend.projection.corners import CALIBRATION

Need = Literal["vision", "ollama"]

ADMIN_KEY: Final = "admin-of-the-test"
_ADMIN: Final = {"x-api-key": ADMIN_KEY}


@dataclass(frozen=True)
class Row:
    """A request, the status and shape of its answer, and the status without something that it needs."""

    method: str
    path: str
    shape: Shape
    body: Any = None
    status: int = 200
    needs: dict[Need, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    degraded: Shape | None = None


ERROR: Final[Fields] = {"error": STR, "status": NUM, "path": STR, "timestamp": STR}
CONNECTION_ERROR: Final[Fields] = {**ERROR, "details": STR, "type": STR}
INVALID: Final[Fields] = {
    **ERROR,
    "error": Exactly("Validation failed"),
    "details": Each({"type": STR, "msg": STR, "path": STR, "location": STR}),
}
NOT_FOUND: Final[Fields] = {**ERROR, "details": STR}

_HEALTH: Final[Fields] = {
    "status": Exactly("healthy"),
    "timestamp": STR,
    "uptime": NUM,
    "services": {"backend": Exactly("running"), "ollama": STR},
}
_MEMORY: Final[Fields] = {"rss": NUM, "heapTotal": NUM, "heapUsed": NUM, "external": NUM, "arrayBuffers": NUM}
_CHECKS: Final[Fields] = {
    "checks": {
        "timestamp": STR,
        "uptime": NUM,
        "memory": _MEMORY,
        "backend": {"status": STR},
        "vision": {"status": STR},
        "gpu": {"status": STR},
        "ollama": {"status": STR},
        "websocket": {"status": STR, "connectedClients": NUM},
    }
}
_DEEP: Final[Fields] = {"status": Exactly("healthy"), **_CHECKS}
_DEGRADED: Final[Fields] = {"status": Exactly("degraded"), **_CHECKS}
_READY: Final[Fields] = {"status": Exactly("ready")}
_NOT_READY: Final[Fields] = {"status": Exactly("not ready"), "reason": Exactly("Vision service unavailable")}
_STARTED: Final[Fields] = {"message": STR, "data": OBJECT}
_FRAME: Final[Fields] = {
    "face": Maybe(OBJECT),
    "hands": {"left": Maybe(OBJECT), "right": Maybe(OBJECT)},
    "body": Maybe(OBJECT),
    "eyes": Maybe(OBJECT),
    "timestamp": NUM,
}
_AI_STATUS: Final[Fields] = {
    "initialized": BOOL,
    "modelName": Maybe(STR),
    "ollamaBaseUrl": STR,
    "ollamaStatus": STR,
    "provider": STR,
    "cloudModel": STR,
    "geminiConfigured": BOOL,
    "backend": STR,
    "model": Maybe(STR),
    "modelSize": STR,
    "baseUrl": STR,
    "available": BOOL,
    "models": Each(STR),
}
_METADATA: Final[Fields] = {
    "inferenceTime": NUM,
    "tokenCount": NUM,
    "confidence": Exactly(0.95),
    "model": STR,
    "context": {"app": Exactly("Dixi"), "timestamp": STR, "mode": STR},
    "tokens": NUM,
}
_ANSWER: Final[Fields] = {"text": STR, "metadata": _METADATA}
_TEMPLATE: Final[Fields] = {
    "id": STR,
    "name": STR,
    "template": STR,
    "variables": Each({"name": STR, "description": STR}),
    "createdAt": STR,
    "updatedAt": STR,
}
_CALIBRATION: Final[Fields] = {
    "calibrated": Exactly(True),
    "points": Each({"id": STR, "cameraX": NUM, "cameraY": NUM}),
    "createdAt": STR,
    "matrix": Each(Each(NUM)),
}
_SCENE: Final[Fields] = {"id": STR, "name": STR, "objects": LIST, "createdAt": STR, "updatedAt": STR}
_LISTED_SCENE: Final[Fields] = {"id": STR, "name": STR, "objectCount": NUM, "createdAt": STR, "updatedAt": STR}
_RECORDING: Final[Fields] = {
    "id": STR,
    "name": STR,
    "events": Each({"type": STR, "timestamp": NUM}),
    "createdAt": STR,
    "duration": NUM,
}
_SYSTEM: Final[Fields] = {
    "cpu": {"usage": NUM, "count": NUM, "model": STR},
    "memory": {"total": NUM, "free": NUM, "used": NUM, "usagePercent": NUM},
    "uptime": {"system": NUM, "process": NUM},
}
_REQUESTS: Final[Fields] = {
    "total": NUM,
    "successful": NUM,
    "failed": NUM,
    "averageLatency": NUM,
    "p95Latency": NUM,
    "p99Latency": NUM,
    "requestsPerSecond": NUM,
}
_GESTURES: Final[Fields] = {
    "total": NUM,
    "byType": OBJECT,
    "averageConfidence": NUM,
    "gesturesPerSecond": NUM,
    "lastGesture": Maybe(STR),
}
_AI: Final[Fields] = {
    "totalInferences": NUM,
    "averageLatency": NUM,
    "cacheHitRate": NUM,
    "modelInUse": STR,
    "tokensGenerated": NUM,
}
_SOCKETS: Final[Fields] = {
    "connectedClients": NUM,
    "totalMessages": NUM,
    "messagesPerSecond": NUM,
    "averageLatency": NUM,
}
_ALL_METRICS: Final[Fields] = {
    "system": _SYSTEM,
    "requests": _REQUESTS,
    "gestures": _GESTURES,
    "ai": _AI,
    "websocket": _SOCKETS,
    "timestamp": NUM,
}

_OBJECT: Final = {"id": "a", "type": "box", "position": [0, 0, -2], "color": "#ff8800"}
_GESTURE: Final = {"type": "wave", "position": {"x": 0.1, "y": -0.2}, "confidence": 0.9}


def _health(prefix: str) -> list[Row]:
    return [
        Row("GET", prefix, _HEALTH),
        Row("GET", f"{prefix}/deep", _DEEP, needs={"vision": 503, "ollama": 503}, degraded=_DEGRADED),
        Row("GET", f"{prefix}/ready", _READY, needs={"vision": 503}, degraded=_NOT_READY),
        Row("GET", f"{prefix}/live", {"status": Exactly("alive"), "timestamp": STR}),
    ]


def _gestures(prefix: str) -> list[Row]:
    return [
        Row("GET", prefix, {"type": STR}, needs={"vision": 503}),
        Row("POST", f"{prefix}/start", _STARTED, needs={"vision": 500}),
        Row("POST", f"{prefix}/stop", _STARTED, needs={"vision": 500}),
        Row("POST", f"{prefix}/process", {"message": STR, "gesture": Exactly(_GESTURE)}, _GESTURE),
        Row("POST", f"{prefix}/process", {"message": STR, "gesture": Exactly({})}),
        Row("POST", f"{prefix}/process", INVALID, {"type": "banana"}, 400),
        Row("GET", f"{prefix}/continuous-analysis/status", {"enabled": BOOL, "interval": Exactly(10000)}),
        Row("POST", f"{prefix}/continuous-analysis/toggle", {"enabled": BOOL, "message": STR}, {"enabled": False}),
        Row("POST", f"{prefix}/continuous-analysis/toggle", ERROR, {"enabled": "yes"}, 400),
        Row("POST", f"{prefix}/record/start", {"message": STR, "recordingId": STR}, {"name": "Mine"}),
        Row("POST", f"{prefix}/record/stop", {"message": STR, "recording": _RECORDING}),
        Row("POST", f"{prefix}/record/stop", ERROR, None, 400),
        Row("GET", f"{prefix}/recordings", {"message": STR, "recordings": LIST, "count": NUM}),
        Row("GET", f"{prefix}/recordings/none", NOT_FOUND, None, 404),
        Row("DELETE", f"{prefix}/recordings/none", NOT_FOUND, None, 404),
        Row("POST", f"{prefix}/recordings/none/play", NOT_FOUND, None, 404),
        Row("GET", f"{prefix}/recordings/{{recording}}", {"message": STR, "recording": _RECORDING}),
        Row("POST", f"{prefix}/recordings/{{recording}}/play", {"message": STR}),
        Row("DELETE", f"{prefix}/recordings/{{recording}}", {"message": STR}),
    ]


_FACES: Final = [
    Row("GET", "/api/faces", OBJECT, needs={"vision": 503}),
    Row("GET", "/api/faces/status", OBJECT, needs={"vision": 503}),
    Row("POST", "/api/faces/start", _STARTED, needs={"vision": 500}),
    Row("POST", "/api/faces/stop", _STARTED, needs={"vision": 500}),
    Row("POST", "/api/faces/process", {"message": STR, "face": Exactly({"detected": True})}, {"detected": True}),
    Row("POST", "/api/faces/process", INVALID, [], 400),
]
_TRACKING: Final = [
    Row("GET", "/api/tracking", _FRAME),
    Row("GET", "/api/tracking?profile=full", _FRAME),
    Row(
        "POST", "/api/tracking/process", {"message": STR, "tracking": OBJECT}, {"hands": {"left": None, "right": None}}
    ),
    Row("POST", "/api/tracking/process", INVALID, "frame", 400),
    Row("POST", "/api/tracking/start", _STARTED, needs={"vision": 500}),
    Row("POST", "/api/tracking/stop", _STARTED, needs={"vision": 500}),
    Row("POST", "/api/tracking/analyze", CONNECTION_ERROR, {"prompt": "Who?"}, 503, needs={"ollama": 500}),
]
_MODEL: Final = [
    Row("GET", "/api/ai/status", _AI_STATUS),
    Row("POST", "/api/ai/initialize", {"message": STR, "modelSize": Exactly("7B")}, None, needs={"ollama": 500}),
    Row("POST", "/api/ai/initialize", INVALID, {"modelSize": "3B"}, 400),
    Row(
        "POST", "/api/ai/infer", _ANSWER, {"query": "Who am I?", "context": {"gesture": "wave"}}, needs={"ollama": 500}
    ),
    Row("POST", "/api/ai/infer", _ANSWER, {"query": "Who is that?", "context": "A man waves"}, needs={"ollama": 500}),
    Row("POST", "/api/ai/infer", INVALID, {"query": ""}, 400),
    Row("POST", "/api/ai/infer", INVALID, {"query": 7}, 400),
    Row("POST", "/api/ai/stream", INVALID, {}, 400),
    Row("GET", "/api/ai/vision/status", {"available": Exactly(False), "model": Exactly(None), "message": STR}),
    Row("POST", "/api/ai/vision/analyze", CONNECTION_ERROR, {}, 503, needs={"ollama": 500}),
]
_PROMPTS: Final = [
    Row("GET", "/api/prompts/templates", {"message": STR, "templates": Each(_TEMPLATE), "count": NUM}),
    Row("GET", "/api/prompts/templates/default_1", {"message": STR, "template": _TEMPLATE}),
    Row("GET", "/api/prompts/templates/none", NOT_FOUND, None, 404),
    Row(
        "POST",
        "/api/prompts/templates",
        {"message": STR, "template": _TEMPLATE},
        {"name": "Mine", "template": "Say {{what}}", "variables": ["what"]},
        201,
    ),
    Row("POST", "/api/prompts/templates", INVALID, {"name": "Mine"}, 400),
    Row("POST", "/api/prompts/templates", INVALID, {"name": "Mine", "template": "{{what}}", "variables": []}, 400),
    Row("PUT", "/api/prompts/templates/{template}", {"message": STR, "template": _TEMPLATE}, {"name": "Other"}),
    Row(
        "POST",
        "/api/prompts/templates/{template}/render",
        {"message": STR, "rendered": Exactly("Say hello"), "templateId": STR},
        {"variables": {"what": "hello"}},
    ),
    Row("DELETE", "/api/prompts/templates/{template}", {"message": STR}),
    Row("DELETE", "/api/prompts/templates/default_1", ERROR, None, 400),
]
_PROJECTION: Final = [
    Row(
        "GET",
        "/api/projection/status",
        {"active": Exactly(True), "renderAPI": STR, "gpuAcceleration": BOOL, "connectedClients": NUM},
    ),
    Row("GET", "/api/projection/mapping", {"calibrated": Exactly(False)}),
    Row("POST", "/api/projection/mapping", _CALIBRATION, CALIBRATION),
    Row("POST", "/api/projection/mapping", INVALID, {"points": CALIBRATION["points"][:2]}, 400),
    Row("POST", "/api/projection/mapping", INVALID, {"calibrationData": {}, "transform": {}}, 400),
    Row("POST", "/api/projection/content", {"message": STR, "content": OBJECT}, {"content": "hello"}),
    Row("POST", "/api/projection/content", INVALID, {}, 400),
    Row(
        "POST",
        "/api/projection/scene",
        {"message": STR, "sceneId": STR, "scene": _SCENE},
        {"scene": {"objects": [_OBJECT]}, "name": "Mine"},
    ),
    Row("POST", "/api/projection/scene", INVALID, {"scene": {}}, 400),
    Row("GET", "/api/projection/scene/{scene}", {"message": STR, "scene": _SCENE}),
    Row("GET", "/api/projection/scene/none", NOT_FOUND, None, 404),
    Row("GET", "/api/projection/scenes", {"message": STR, "scenes": Each(_LISTED_SCENE), "count": NUM}),
    Row("DELETE", "/api/projection/scene/{scene}", {"message": STR}),
    Row("DELETE", "/api/projection/scene/none", NOT_FOUND, None, 404),
]
_LIVE: Final[Fields] = {"objects": LIST, "revision": NUM, "step": NUM, "cleared": NUM, "undoable": NUM}
_OUTPUT: Final[Fields] = {"name": STR, "region": OBJECT, "corners": OBJECT, "blend": OBJECT}
_WALL: Final = [
    Row("GET", "/api/projection/live", _LIVE),
    Row("PUT", "/api/projection/live", _LIVE, {"objects": [_OBJECT]}),
    Row("PUT", "/api/projection/live", INVALID, {}, 400),
    Row("POST", "/api/projection/live/undo", _LIVE),
    Row("POST", "/api/projection/live/selection", _LIVE, {"id": None}),
    Row("POST", "/api/projection/live/selection", NOT_FOUND, {"id": "none"}, 404),
    Row("GET", "/api/projection/projectors", {"projectors": OBJECT, "count": NUM}),
    Row("PUT", "/api/projection/projectors/left", _OUTPUT, {"region": {"width": 0.5}}),
    Row("PUT", "/api/projection/projectors/left", INVALID, {"region": {"width": 0}}, 400),
    Row("GET", "/api/projection/projectors/left", _OUTPUT),
    Row("DELETE", "/api/projection/projectors/left", {"message": STR, "name": STR}),
    Row("POST", "/api/projection/pattern", {"pattern": STR}, {"pattern": "off"}),
    Row("POST", "/api/projection/pattern", INVALID, {}, 400),
]
_METRICS: Final = [
    Row("GET", "/api/metrics", {"message": STR, "metrics": _ALL_METRICS}),
    Row("GET", "/api/metrics/system", {"message": STR, "metrics": _SYSTEM}),
    Row("GET", "/api/metrics/requests", {"message": STR, "metrics": _REQUESTS}),
    Row("GET", "/api/metrics/gestures", {"message": STR, "metrics": _GESTURES}),
    Row("GET", "/api/metrics/ai", {"message": STR, "metrics": _AI}),
    Row("GET", "/api/metrics/websocket", {"message": STR, "metrics": _SOCKETS}),
]
_CONFIG: Final[Fields] = {
    "server": {"port": NUM, "wsPort": NUM, "nodeEnv": STR},
    "services": {"ollamaBaseUrl": STR, "ollamaModel": STR, "visionServiceUrl": STR},
    "frontend": {"url": STR},
    "cache": {"aiCacheSize": STR, "aiCacheTTL": STR, "gestureCacheSize": STR, "gestureCacheTTL": STR},
}
_STATS: Final[Fields] = {
    "server": {"uptime": NUM, "memory": _MEMORY, "cpu": {"user": NUM, "system": NUM}},
    "websocket": {"clientCount": NUM},
    "timestamp": NUM,
}
_ADMINISTRATION: Final = [
    Row("GET", "/api/admin/config", {"message": STR, "config": _CONFIG}, headers=_ADMIN),
    Row("PUT", "/api/admin/config", {"message": STR}, {"config": {}}, headers=_ADMIN),
    Row("PUT", "/api/admin/config", INVALID, {"config": {"port": 1}}, 400, headers=_ADMIN),
    Row(
        "GET",
        "/api/admin/clients",
        {"message": STR, "count": NUM, "clients": Each({"id": STR, "connectedAt": STR, "lastActivity": STR})},
        headers=_ADMIN,
    ),
    Row("POST", "/api/admin/clients/none/disconnect", NOT_FOUND, None, 404, headers=_ADMIN),
    Row("GET", "/api/admin/stats", {"message": STR, "stats": _STATS}, headers=_ADMIN),
    Row("GET", "/api/admin/logs?limit=5", {"message": STR, "logs": Each(STR), "limit": Exactly(5)}, headers=_ADMIN),
    Row("GET", "/api/admin/logs?limit=many", INVALID, None, 400, headers=_ADMIN),
    Row("GET", f"/api/admin/stats?apiKey={ADMIN_KEY}", {"message": STR, "stats": _STATS}),
    *(
        Row(method, path, {**ERROR, "error": Exactly("Unauthorized"), "details": STR}, None, 401)
        for method, path in (
            ("GET", "/api/admin/config"),
            ("PUT", "/api/admin/config"),
            ("GET", "/api/admin/clients"),
            ("POST", "/api/admin/clients/a/disconnect"),
            ("GET", "/api/admin/stats"),
            ("GET", "/api/admin/logs"),
            ("GET", "/api/admin/stats?apiKey=wrong"),
        )
    ),
]
_NOWHERE: Final = [
    Row("GET", "/nope", NOT_FOUND, None, 404),
    Row("GET", "/api/nope", NOT_FOUND, None, 404),
    Row("POST", "/api/projection/save", NOT_FOUND, None, 404),
    Row("DELETE", "/api/tracking", ERROR, None, 405),
    Row("GET", "/api/ai/infer", ERROR, None, 405),
]

_TOO_FEW: Final = [
    Row("POST", f"{prefix}/analyze-now", {**ERROR, "currentBufferSize": Exactly(0)}, None, 400)
    for prefix in ("/api/gestures", "/api/gesture")
]

ROWS: Final[list[Row]] = [
    *_TOO_FEW,
    *_health("/health"),
    *_health("/api/health"),
    *_gestures("/api/gestures"),
    *_gestures("/api/gesture"),
    *_FACES,
    *_TRACKING,
    *_MODEL,
    *_PROMPTS,
    *_PROJECTION,
    *_WALL,
    *_METRICS,
    *_ADMINISTRATION,
    *_NOWHERE,
]
