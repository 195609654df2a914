"""What the backend role reads from the environment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from dixi_runtime.backend.ai.settings import AiSettings
from dixi_runtime.backend.limits.settings import LimitSettings
from dixi_runtime.backend.security.settings import SecuritySettings
from dixi_runtime.backend.state.settings import StateSettings
from dixi_runtime.settings import CommaSeparated, ServiceUrl, split_commas

Requirement = Literal["vision", "redis", "ollama"]
CollectorUrl = Literal[""] | ServiceUrl
Port = Annotated[int, Field(ge=0, le=65535)]


class BackendSettings(StateSettings, SecuritySettings, LimitSettings, AiSettings):
    """The backend's settings."""

    port: Port = Field(
        default=3001, validation_alias="PORT", description="Port of HTTP, and of WebSocket at / and /ws."
    )
    ws_port: Port = Field(default=3002, validation_alias="WS_PORT", description="Port of WebSocket at any path.")
    vision_service_url: ServiceUrl = Field(
        default="http://localhost:5001", validation_alias="VISION_SERVICE_URL", description="Where vision answers."
    )
    frontend_url: Annotated[CommaSeparated, BeforeValidator(split_commas)] = Field(
        default=("http://localhost:3000", "http://localhost:5173"),
        validation_alias="FRONTEND_URL",
        description="Origins whose pages may call the API, comma-separated.",
    )
    ready_requires: Annotated[tuple[Requirement, ...], NoDecode, BeforeValidator(split_commas)] = Field(
        default=("vision",),
        validation_alias="READY_REQUIRES",
        description="What must answer before the backend is ready: vision, redis, ollama, comma-separated.",
    )
    otlp_endpoint: CollectorUrl = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Collector that takes spans by OTLP over HTTP, such as http://collector:4318; empty: no spans.",
    )
    render_api: str = Field(
        default="webgl", validation_alias="RENDER_API", description="Echoed by /api/projection/status."
    )
    gpu_acceleration: bool = Field(
        default=True, validation_alias="ENABLE_GPU_ACCELERATION", description="Echoed by /api/projection/status."
    )
