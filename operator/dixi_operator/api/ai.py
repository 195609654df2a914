"""How questions to language models are answered. What is unset is the backend's own default."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dixi_operator.api.model import ApiModel, ObjectName
from dixi_operator.api.services import ModelName

CloudModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]


class GeminiSpec(ApiModel):
    """Google's Gemini, which is asked first then; Ollama answers where it fails."""

    key_secret: ObjectName = Field(
        description="Secret in the install's namespace whose key gemini-api-key opens Gemini."
    )
    model: CloudModelName | None = Field(default=None, description="The model that answers. Unset: gemini-1.5-flash.")


class AiSpec(ApiModel):
    """Questions to language models."""

    vision_model: ModelName | None = Field(
        default=None, description="The model of Ollama that is shown images. Unset: llava:7b."
    )
    gemini: GeminiSpec | None = Field(
        default=None, description="Ask Gemini. The backend may reach port 443 of any host only then. Unset: never."
    )
    max_tokens: int | None = Field(default=None, ge=1, le=100_000, description="Longest answer. Unset: 150.")
    concurrency: int | None = Field(
        default=None, ge=1, le=64, description="Questions that one backend replica has answered at once. Unset: 2."
    )
    queue: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Questions that wait in one backend replica before others are refused. Unset: 8.",
    )
    cache_size: int | None = Field(
        default=None, ge=0, le=100_000, description="Answers that one backend replica keeps; 0 keeps none. Unset: 100."
    )
    cache_seconds: int | None = Field(
        default=None, ge=0, le=31_536_000, description="How long an answer is kept; 0 keeps none. Unset: 3600."
    )
