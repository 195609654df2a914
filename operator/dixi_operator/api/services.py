"""What the runtime leans on: Redis and Ollama."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from dixi_operator.api.addresses import HttpUrl, RedisUrl
from dixi_operator.api.gpu import GpuSpec
from dixi_operator.api.model import POD_TEMPLATE, ApiModel, ObjectName, PodTemplate, Rule, rules
from dixi_operator.api.resources import OllamaStorage, RedisStorage, Resources
from dixi_operator.api.validation import PASSWORD_MESSAGE

ModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$", max_length=200)]


class RedisSpec(ApiModel):
    """Shared state and messages between backend replicas."""

    model_config = ConfigDict(
        json_schema_extra=rules(Rule("!has(self.passwordSecret) || has(self.url)", PASSWORD_MESSAGE, "passwordSecret"))
    )

    enabled: bool = Field(default=True, description="Whether Redis is deployed when url is unset.")
    url: RedisUrl | None = Field(
        default=None,
        description="An existing Redis to use, for example redis://redis.data.svc:6379/0; none is deployed then.",
    )
    password_secret: ObjectName | None = Field(
        default=None,
        description="Secret in the install's namespace whose key redis-password opens the Redis at url.",
    )
    storage: RedisStorage = Field(default_factory=RedisStorage, description="Where Redis keeps its data.")
    resources: Resources = Field(default_factory=Resources, description="Compute resources.")
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)

    @property
    def is_deployed(self) -> bool:
        """Whether the install has a Redis of its own."""
        return self.enabled and self.url is None

    @property
    def is_used(self) -> bool:
        """Whether the backend has a Redis at all."""
        return self.enabled or self.url is not None


class OllamaSpec(ApiModel):
    """The local language model."""

    enabled: bool = Field(default=True, description="Whether Ollama is deployed when url is unset.")
    url: HttpUrl | None = Field(
        default=None,
        description="An existing Ollama to use, for example http://ollama.ai.svc:11434; none is deployed then.",
    )
    model: ModelName = Field(default="llama3.2:latest", description="The model that answers.")
    auto_pull: bool = Field(
        default=True,
        description="Whether the model is fetched when it is missing. Ollama may reach port 443 of any host only then.",
    )
    storage: OllamaStorage = Field(default_factory=OllamaStorage, description="Where Ollama keeps its models.")
    resources: Resources = Field(default_factory=Resources, description="Compute resources.")
    gpu: GpuSpec = Field(default_factory=GpuSpec, description="The GPU, if any.")
    pod_template: PodTemplate | None = Field(default=None, description=POD_TEMPLATE)

    @property
    def is_deployed(self) -> bool:
        """Whether the install has an Ollama of its own."""
        return self.enabled and self.url is None

    @property
    def is_used(self) -> bool:
        """Whether the backend has an Ollama at all."""
        return self.enabled or self.url is not None
