"""A calibration that tests post."""

from typing import Any

CALIBRATION: dict[str, Any] = {
    "points": [
        {"id": "topLeft", "cameraX": 0.2, "cameraY": 0.1},
        {"id": "topRight", "cameraX": 0.9, "cameraY": 0.2},
        {"id": "bottomLeft", "cameraX": 0.1, "cameraY": 0.8},
        {"id": "bottomRight", "cameraX": 0.8, "cameraY": 0.9},
    ],
    "createdAt": "2026-01-02T03:04:05Z",
}
