"""What every role reads from the environment; each role adds its own in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dixi_runtime.departure import Departure

CommaSeparated = Annotated[tuple[str, ...], NoDecode]
"""A list that the environment gives as one comma-separated string."""


def _check_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("expected an http:// or https:// URL")
    return value.rstrip("/")


def _check_redis_url(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("expected a redis://, rediss:// or unix:// URL, or nothing")
    return value


ServiceUrl = Annotated[str, AfterValidator(_check_url)]
"""Where another service answers; without a slash at the end."""

API_KEY_HEADER = "x-api-key"
POD_DRAIN_SECONDS = 20.0


def split_commas(value: object) -> object:
    """Split a comma-separated string, drop empty parts; leave anything else to the field's own validation."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class RuntimeSettings(BaseSettings):
    """The settings that all roles share."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore", frozen=True)

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", validation_alias="LOG_LEVEL", description="Lowest level that is logged."
    )
    node_env: str = Field(
        default="development",
        validation_alias="NODE_ENV",
        description="Name of the environment.",
    )
    profile: Literal["", "container"] = Field(
        default="",
        validation_alias="DIXI_PROFILE",
        description="'container': vision also listens on its alias port.",
    )
    drain_seconds: float | None = Field(
        default=None,
        ge=0,
        le=300,
        validation_alias="DRAIN_SECONDS",
        description="How long clients are handed over to other replicas after SIGTERM; unset: 20 in a pod, else 0.",
    )
    kubernetes: str = Field(
        default="",
        validation_alias="KUBERNETES_SERVICE_HOST",
        description="Address of the API server; Kubernetes sets it in every pod.",
    )
    redis_url: Annotated[str, AfterValidator(_check_redis_url)] = Field(
        default="",
        validation_alias="REDIS_URL",
        description="redis://host:port/db; empty: state in this process.",
    )
    redis_password: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="REDIS_PASSWORD",
        description="Password of Redis.",
    )
    api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("API_KEY", "api-key"),
        description="Key that routes which change something ask for; empty asks for none.",
    )
    api_key_file: Path | None = Field(
        default=None, validation_alias="API_KEY_FILE", description="File that holds the API key; API_KEY wins."
    )

    @property
    def departure(self) -> Departure:
        """How the program leaves. A pod has 30 s by default; the last five are for requests under way."""
        if self.drain_seconds is not None:
            return Departure.within(self.drain_seconds)
        return Departure.within(POD_DRAIN_SECONDS if self.kubernetes else 0.0)

    @model_validator(mode="after")
    def _read_key_file(self) -> Self:
        if self.api_key_file is not None and not self.api_key.get_secret_value():
            try:
                key = self.api_key_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(
                    f"API_KEY_FILE {self.api_key_file} cannot be read: {error}; name a readable file"
                ) from error
            object.__setattr__(self, "api_key", SecretStr(key))
        return self

    def api_headers(self) -> dict[str, str]:
        """The headers that a request to the backend carries: the API key, when one is set."""
        key = self.api_key.get_secret_value()
        return {API_KEY_HEADER: key} if key else {}
