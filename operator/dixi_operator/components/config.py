"""ConfigMap ``dixi-config``: the settings that the roles share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from dixi_operator.api import names
from dixi_operator.api.ai import AiSpec
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata

VISION_URL = f"http://{names.VISION_SERVICE}:{names.VISION_ALIAS_PORT}"
BACKEND_URL = f"http://{names.BACKEND_SERVICE}:{names.BACKEND_PORT}"
OLLAMA_URL = f"http://{names.OLLAMA_SERVICE}:{names.OLLAMA_PORT}"
REDIS_URL = f"redis://{names.REDIS_SERVICE}:{names.REDIS_PORT}/0"


def build_data(context: Context) -> dict[str, str]:
    """Environment variables by name; what the install does not have is not there either."""
    spec = context.spec
    data = {
        "NODE_ENV": "production",
        "DIXI_PROFILE": "container",
        "LOG_LEVEL": spec.config.log_level.value,
        "POSITION_SPACE": spec.config.position_space.value,
        "READY_REQUIRES": ",".join(spec.config.ready_requires),
        "FRONTEND_URL": ",".join(spec.config.frontend_urls),
        "VISION_SERVICE_URL": VISION_URL,
        "OLLAMA_BASE_URL": spec.ollama.url or (OLLAMA_URL if spec.ollama.enabled else None),
        "OLLAMA_MODEL": spec.ollama.model,
        "OLLAMA_AUTO_PULL": str(spec.ollama.auto_pull and spec.ollama.is_used).lower(),
        "REDIS_URL": spec.redis.url or (REDIS_URL if spec.redis.enabled else None),
        **_build_ai(spec.ai),
    }
    return {name: value for name, value in data.items() if value is not None}


def _build_ai(ai: AiSpec) -> dict[str, str | None]:
    numbers = {
        "AI_MAX_TOKENS": ai.max_tokens,
        "AI_CONCURRENCY": ai.concurrency,
        "AI_QUEUE": ai.queue,
        "AI_CACHE_SIZE": ai.cache_size,
        "AI_CACHE_TTL": None if ai.cache_seconds is None else ai.cache_seconds * 1000,
    }
    return {
        "OLLAMA_VISION_MODEL": ai.vision_model,
        "AI_PROVIDER": "gemini" if ai.gemini else None,
        "CLOUD_MODEL": ai.gemini.model if ai.gemini else None,
        **{name: None if number is None else str(number) for name, number in numbers.items()},
    }


def build_config_map(context: Context) -> Manifest:
    """The ConfigMap; pods that read it carry a hash of what they read, so that they follow its changes."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": build_metadata(context, names.CONFIG_MAP, names.CONFIG),
        "data": build_data(context),
    }


def annotate_config(data: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The pod annotation that changes with the values of ``keys``, of which some may not be there."""
    read = {key: data[key] for key in sorted(keys) if key in data}
    digest = hashlib.sha256(json.dumps(read).encode()).hexdigest()
    return {names.ANNOTATION_CONFIG_HASH: digest[:16]}
