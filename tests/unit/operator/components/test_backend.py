"""The backend is deployed as Dixi's guide describes it, and leaves its replicas to the autoscaler."""

from __future__ import annotations

from typing import Any

from dixi_operator.components.backend import build_backend, build_backend_service
from tests.unit.operator.components.contexts import make_context


def container(**spec: Any) -> dict[str, Any]:
    found: dict[str, Any] = build_backend(make_context(**spec))["spec"]["template"]["spec"]["containers"][0]
    return found


def secret_variables(**spec: Any) -> dict[str, str]:
    return {
        item["name"]: f"{item['valueFrom']['secretKeyRef']['name']}/{item['valueFrom']['secretKeyRef']['key']}"
        for item in container(**spec)["env"]
    }


def test_the_small_profile_is_the_guides_resources_and_probes() -> None:
    found = container()
    assert found["resources"] == {
        "requests": {"cpu": "500m", "memory": "512Mi"},
        "limits": {"cpu": "1", "memory": "1Gi"},
    }
    live, ready = found["livenessProbe"], found["readinessProbe"]
    assert (live["httpGet"]["path"], live["initialDelaySeconds"], live["periodSeconds"]) == ("/api/health/live", 30, 10)
    assert (ready["httpGet"]["path"], ready["initialDelaySeconds"], ready["periodSeconds"]) == (
        "/api/health/ready",
        10,
        5,
    )


def test_replicas_are_absent_when_the_autoscaler_owns_them() -> None:
    assert "replicas" not in build_backend(make_context())["spec"]
    fixed = make_context(backend={"replicas": 4, "autoscaling": {"enabled": False}})
    assert build_backend(fixed)["spec"]["replicas"] == 4


def test_the_image_follows_the_version_unless_it_is_replaced() -> None:
    assert container(version="1.2.3")["image"] == "example.com/dixi-runtime:1.2.3"
    assert container(version="1.2.3", images={"runtime": "r/x:9"})["image"] == "r/x:9"


def test_keys_come_from_the_secret_and_redis_password_only_with_redis() -> None:
    assert secret_variables() == {
        "API_KEY": "dixi-secrets/api-key",
        "JWT_SECRET": "dixi-secrets/jwt-secret",
        "REDIS_PASSWORD": "dixi-secrets/redis-password",
    }
    assert "REDIS_PASSWORD" not in secret_variables(profile="dev", redis={"enabled": False})


def test_the_password_of_another_redis_comes_from_the_users_secret() -> None:
    redis = {"url": "redis://redis.data:6379/0", "passwordSecret": "theirs"}
    assert secret_variables(redis=redis)["REDIS_PASSWORD"] == "theirs/redis-password"
    assert "REDIS_PASSWORD" not in secret_variables(redis={"url": "redis://redis.data:6379/0"})


def test_the_key_of_gemini_comes_from_the_users_secret() -> None:
    assert secret_variables(ai={"gemini": {"keySecret": "cloud"}})["GEMINI_API_KEY"] == "cloud/gemini-api-key"
    assert "GEMINI_API_KEY" not in secret_variables()


def test_the_selector_never_depends_on_the_specification() -> None:
    specs: tuple[dict[str, Any], ...] = ({}, {"version": "2.0.0"}, {"profile": "large"})
    selectors = {str(build_backend(make_context(**spec))["spec"]["selector"]) for spec in specs}
    assert selectors == {"{'matchLabels': {'app': 'backend', 'app.kubernetes.io/instance': 'dixi'}}"}


def test_the_service_has_the_rest_and_the_websocket_port() -> None:
    service = build_backend_service(make_context())
    assert service["metadata"]["name"] == "backend"
    assert {port["name"]: port["port"] for port in service["spec"]["ports"]} == {"http": 3001, "ws": 3002}
