"""What the security of the backend reads from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator

from dixi_runtime.settings import RuntimeSettings

Protects = Literal["nothing", "changes", "everything"]

_PLACEHOLDER: Final = "admin-key-change-in-production"
"""The key that the existing backend falls back to; everybody knows it."""


class SecuritySettings(RuntimeSettings):
    """Keys and tokens."""

    api_key_protects: Protects = Field(
        default="changes",
        validation_alias="API_KEY_PROTECTS",
        description="What asks for API_KEY once it is set: `nothing` (the existing page sends no key), `changes` "
        "(every request but GET) or `everything` (reading and WebSocket, too); health and metrics never do.",
    )
    jwt_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("JWT_SECRET", "jwt-secret"),
        description="Signs the tokens of projector pages; empty issues none.",
    )
    jwt_secret_file: Path | None = Field(
        default=None, validation_alias="JWT_SECRET_FILE", description="File that holds it; JWT_SECRET wins."
    )
    token_seconds: Annotated[int, Field(ge=60, le=30 * 86400)] = Field(
        default=3600, validation_alias="TOKEN_SECONDS", description="How long a token holds that asks for no time."
    )
    token_most_seconds: Annotated[int, Field(ge=60, le=30 * 86400)] = Field(
        default=86400, validation_alias="TOKEN_MOST_SECONDS", description="How long a token may hold at most."
    )
    admin_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("ADMIN_API_KEY", "admin-api-key"),
        description="Key of /api/admin; empty refuses everybody.",
    )
    admin_api_key_file: Path | None = Field(
        default=None, validation_alias="ADMIN_API_KEY_FILE", description="File that holds it; ADMIN_API_KEY wins."
    )

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        for name, file in (("jwt_secret", self.jwt_secret_file), ("admin_api_key", self.admin_api_key_file)):
            given: SecretStr = getattr(self, name)
            if file is not None and not given.get_secret_value():
                object.__setattr__(self, name, SecretStr(_read(file, f"{name.upper()}_FILE")))
        return self

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.admin_api_key.get_secret_value() == _PLACEHOLDER:
            raise ValueError("ADMIN_API_KEY is the well-known placeholder; choose a key of your own")
        if self.api_key_protects == "everything" and not self.api_key.get_secret_value():
            raise ValueError("API_KEY_PROTECTS=everything needs API_KEY; set it, or choose changes")
        if self.token_seconds > self.token_most_seconds:
            raise ValueError("TOKEN_SECONDS is above TOKEN_MOST_SECONDS; lower the one or raise the other")
        return self


def _read(file: Path, variable: str) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{variable} {file} cannot be read: {error}; name a readable file") from error
