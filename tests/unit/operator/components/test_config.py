"""The ConfigMap has the guide's keys, and a pod's hash changes with what the pod reads."""

from __future__ import annotations

from dixi_operator.api.names import ANNOTATION_CONFIG_HASH
from dixi_operator.components.config import annotate_config, build_config_map, build_data
from tests.unit.operator.components.contexts import make_context


def test_the_guides_keys_have_the_guides_values() -> None:
    config = build_config_map(make_context())
    assert config["metadata"]["name"] == "dixi-config"
    assert (
        config["data"].items()
        >= {
            "NODE_ENV": "production",
            "LOG_LEVEL": "info",
            "VISION_SERVICE_URL": "http://vision-service:5000",
            "OLLAMA_BASE_URL": "http://ollama-service:11434",
        }.items()
    )


def test_existing_services_are_used_where_they_are_named() -> None:
    data = build_data(make_context(ollama={"url": "http://ai:1"}, redis={"url": "redis://r:2/0"}))
    assert (data["OLLAMA_BASE_URL"], data["REDIS_URL"]) == ("http://ai:1", "redis://r:2/0")


def test_what_the_install_does_not_have_is_absent() -> None:
    data = build_data(make_context(profile="dev", ollama={"enabled": False}, redis={"enabled": False}))
    assert not {"OLLAMA_BASE_URL", "REDIS_URL"} & set(data)
    assert data["OLLAMA_AUTO_PULL"] == "false"


def test_what_is_said_of_the_ai_is_passed_on_and_nothing_else() -> None:
    ai = {"visionModel": "llava:13b", "queue": 0, "cacheSeconds": 60, "gemini": {"keySecret": "k", "model": "flash"}}
    before, after = build_data(make_context()), build_data(make_context(ai=ai))
    assert {name: value for name, value in after.items() if name not in before} == {
        "OLLAMA_VISION_MODEL": "llava:13b",
        "AI_QUEUE": "0",
        "AI_CACHE_TTL": "60000",
        "AI_PROVIDER": "gemini",
        "CLOUD_MODEL": "flash",
    }


def test_lists_are_joined_by_commas() -> None:
    config = {"frontendUrls": ["https://a.example", "https://b.example"], "readyRequires": ["vision", "redis"]}
    data = build_data(make_context(config=config))
    assert data["FRONTEND_URL"] == "https://a.example,https://b.example"
    assert data["READY_REQUIRES"] == "vision,redis"


def test_the_hash_is_about_the_keys_that_are_read() -> None:
    before, after = {"A": "1", "B": "1"}, {"B": "2", "A": "1"}
    assert annotate_config(before, ["A"]) == annotate_config(after, ["A"])
    assert annotate_config(before, ["A", "B"]) != annotate_config(after, ["B", "A"])
    assert annotate_config(before, ["A", "C"]) == annotate_config(before, ["A"])
    assert set(annotate_config(before, ["A"])) == {ANNOTATION_CONFIG_HASH}
