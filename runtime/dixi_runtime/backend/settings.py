"""What the backend role reads from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from dixi_runtime.settings import CommaSeparated, RuntimeSettings, ServiceUrl, split_commas

Requirement = Literal["vision", "redis", "ollama"]
Port = Annotated[int, Field(ge=0, le=65535)]


class BackendSettings(RuntimeSettings):
    """The backend's settings."""

    port: Port = Field(
        default=3001, validation_alias="PORT", description="Port of HTTP, and of WebSocket at / and /ws."
    )
    ws_port: Port = Field(default=3002, validation_alias="WS_PORT", description="Port of WebSocket at any path.")
    vision_service_url: ServiceUrl = Field(
        default="http://localhost:5001", validation_alias="VISION_SERVICE_URL", description="Where vision answers."
    )
    ollama_base_url: ServiceUrl = Field(
        default="http://localhost:11434", validation_alias="OLLAMA_BASE_URL", description="Where Ollama answers."
    )
    ollama_model: str = Field(
        default="",
        validation_alias="OLLAMA_MODEL",
        description="Model that answers; empty: the first of gemma3:4b, llama3.2:latest, any that Ollama has.",
    )
    ollama_auto_pull: bool = Field(
        default=False, validation_alias="OLLAMA_AUTO_PULL", description="Pull OLLAMA_MODEL at start when it is missing."
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
    state_file: Path | None = Field(
        default=None, validation_alias="STATE_FILE", description="File that keeps the projection state without Redis."
    )
    render_api: str = Field(
        default="webgl", validation_alias="RENDER_API", description="Echoed by /api/projection/status."
    )
    gpu_acceleration: bool = Field(
        default=True, validation_alias="ENABLE_GPU_ACCELERATION", description="Echoed by /api/projection/status."
    )
