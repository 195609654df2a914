"""What the frontend role reads from the environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dixi_runtime.settings import RuntimeSettings, ServiceUrl


class FrontendSettings(RuntimeSettings):
    """The frontend's settings."""

    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=3000, validation_alias="FRONTEND_PORT", description="Port of the page."
    )
    backend_url: ServiceUrl = Field(
        default="http://localhost:3001", validation_alias="BACKEND_URL", description="Where /api goes."
    )
    backend_ws_url: str = Field(
        default="", validation_alias="BACKEND_WS_URL", description="Where /ws goes; empty: /ws of BACKEND_URL."
    )
    vision_service_url: ServiceUrl = Field(
        default="http://localhost:5001", validation_alias="VISION_SERVICE_URL", description="Where /vision goes."
    )

    def socket_url(self) -> str:
        """The WebSocket URL of the backend."""
        return self.backend_ws_url or f"{self.backend_url.replace('http', 'ws', 1)}/ws"

    def push_url(self) -> str:
        """The WebSocket URL to which a browser pushes its camera's frames."""
        return f"{self.vision_service_url.replace('http', 'ws', 1)}/push"
