"""What clients send to ask a question."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from dixi_runtime.backend.ai.images import decode_image
from dixi_runtime.backend.ai.prompts import Question

LONGEST_QUERY: Final = 5000
DEFAULT_PROMPT: Final = "What do you see?"

TemplateId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Short = Annotated[str, StringConstraints(max_length=LONGEST_QUERY)]


class QueryBody(BaseModel):
    """A question, and what is known of the person who asks: an object, or a sentence."""

    model_config = ConfigDict(extra="ignore")

    query: str
    context: dict[str, Any] | Short | None = None
    templateId: TemplateId | None = None  # noqa: N815 - the name on the wire
    variables: dict[str, Short] = Field(default={}, max_length=50)

    @field_validator("query")
    @classmethod
    def _bounded(cls, value: str) -> str:
        trimmed = value.strip()
        if not 1 <= len(trimmed) <= LONGEST_QUERY:
            raise ValueError(f"Query must be between 1 and {LONGEST_QUERY} characters")
        return trimmed

    def question(self) -> Question:
        """The question."""
        return Question(
            self.query,
            context=self.context if isinstance(self.context, dict) else {},
            remark=self.context if isinstance(self.context, str) else "",
            template=self.templateId or "",
            variables=self.variables,
        )


class AnalyzeBody(BaseModel):
    """A question about what the camera sees, or about ``image``: a JPEG, PNG or WebP file in base64."""

    model_config = ConfigDict(extra="ignore")

    prompt: Short | None = None
    includeContext: bool = True  # noqa: N815 - the name on the wire
    image: str | None = None

    @field_validator("image")
    @classmethod
    def _decodable(cls, value: str | None) -> str | None:
        if value is not None:
            decode_image(value)
        return value

    def text(self) -> str:
        """The question's text."""
        return (self.prompt or "").strip() or DEFAULT_PROMPT

    def given_image(self) -> bytes | None:
        """The image that came with it."""
        return None if self.image is None else decode_image(self.image)


class InitializeBody(BaseModel):
    """What ``POST /api/ai/initialize`` takes; only echoed, since the model is a setting."""

    model_config = ConfigDict(extra="ignore")

    modelPath: Short | None = None  # noqa: N815 - the name on the wire
    modelSize: str = "7B"  # noqa: N815 - the name on the wire

    @field_validator("modelSize")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in ("7B", "13B", "30B", "70B"):
            raise ValueError("Model size must be one of 7B, 13B, 30B, 70B")
        return value


class PullBody(BaseModel):
    """Which model Ollama is to fetch."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}(:[A-Za-z0-9._-]{1,100})?$")]
