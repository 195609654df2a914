"""What the AI of the backend reads from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator

from dixi_runtime.backend.ai.conversation import Times
from dixi_runtime.backend.ai.provider import Sampling
from dixi_runtime.settings import RuntimeSettings, ServiceUrl

Seconds = Annotated[float, Field(gt=0, le=3600)]
CloudModel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
_MS: Final = 1000


class AiSettings(RuntimeSettings):
    """Which models answer, and how much is asked of them."""

    ollama_base_url: ServiceUrl = Field(
        default="http://localhost:11434", validation_alias="OLLAMA_BASE_URL", description="Where Ollama answers."
    )
    ollama_model: str = Field(
        default="",
        validation_alias="OLLAMA_MODEL",
        description="Model that answers; empty: the first of gemma3:4b, llama3.2:latest, any that Ollama has.",
    )
    ollama_vision_model: str = Field(
        default="llava:7b",
        validation_alias="OLLAMA_VISION_MODEL",
        description="Model that is shown images; where Ollama lacks it, any llava or bakllava that it has.",
    )
    ollama_auto_pull: bool = Field(
        default=False, validation_alias="OLLAMA_AUTO_PULL", description="Pull OLLAMA_MODEL at start when it is missing."
    )
    ai_provider: Literal["ollama", "gemini"] = Field(
        default="ollama",
        validation_alias="AI_PROVIDER",
        description="Who answers: ollama, or gemini with ollama where that fails or has no key.",
    )
    gemini_api_key: SecretStr = Field(
        default=SecretStr(""), validation_alias="GEMINI_API_KEY", description="Key of Gemini."
    )
    gemini_api_key_file: Path | None = Field(
        default=None, validation_alias="GEMINI_API_KEY_FILE", description="File that holds it; GEMINI_API_KEY wins."
    )
    gemini_base_url: ServiceUrl = Field(
        default="https://generativelanguage.googleapis.com",
        validation_alias="GEMINI_BASE_URL",
        description="Where Gemini answers.",
    )
    cloud_model: CloudModel = Field(
        default="gemini-1.5-flash", validation_alias="CLOUD_MODEL", description="Gemini's model that answers."
    )
    ai_max_tokens: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=150, validation_alias="AI_MAX_TOKENS", description="Longest answer."
    )
    ai_concurrency: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2,
        validation_alias="AI_CONCURRENCY",
        description="Questions that one replica has a model answer at once.",
    )
    ai_queue: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=8,
        validation_alias="AI_QUEUE",
        description="Questions that wait for their turn; one more is told when to come back (503).",
    )
    ai_cache_size: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=100, validation_alias="AI_CACHE_SIZE", description="Answers that one replica keeps; 0 keeps none."
    )
    ai_cache_ttl: Annotated[int, Field(ge=0)] = Field(
        default=3_600_000,
        validation_alias="AI_CACHE_TTL",
        description="How long an answer is kept, in milliseconds; 0 keeps none.",
    )
    ai_infer_seconds: Seconds = Field(
        default=60, validation_alias="AI_INFER_SECONDS", description="How long a whole answer may take."
    )
    ai_stream_seconds: Seconds = Field(
        default=120, validation_alias="AI_STREAM_SECONDS", description="How long a streamed answer may take."
    )
    ai_image_seconds: Seconds = Field(
        default=30, validation_alias="AI_IMAGE_SECONDS", description="How long an answer about an image may take."
    )

    @model_validator(mode="after")
    def _read_gemini_key(self) -> Self:
        file = self.gemini_api_key_file
        if file is not None and not self.gemini_api_key.get_secret_value():
            try:
                key = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(f"GEMINI_API_KEY_FILE {file} cannot be read: {error}; name a readable file") from error
            object.__setattr__(self, "gemini_api_key", SecretStr(key))
        return self

    def answer_times(self) -> Times:
        """How long answers may take."""
        return Times(whole=self.ai_infer_seconds, streamed=self.ai_stream_seconds, image=self.ai_image_seconds)

    def sampling(self) -> Sampling:
        """How the model chooses its words."""
        return Sampling(num_predict=self.ai_max_tokens)

    def cache_seconds(self) -> float:
        """How long an answer is kept; 0 for not at all."""
        return self.ai_cache_ttl / _MS if self.ai_cache_size else 0.0
