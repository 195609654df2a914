import pytest
from pydantic import ValidationError

from dixi_runtime.backend.settings import BackendSettings


def test_lists_come_as_commas() -> None:
    settings = BackendSettings.model_validate({"FRONTEND_URL": "https://a.example, https://b.example"})
    assert settings.frontend_url == ("https://a.example", "https://b.example")


def test_readiness_may_require_nothing() -> None:
    assert BackendSettings.model_validate({"READY_REQUIRES": ""}).ready_requires == ()


@pytest.mark.parametrize(
    "given",
    [
        {"READY_REQUIRES": "vision,moon"},
        {"PORT": "65536"},
        {"VISION_SERVICE_URL": "vision:5001"},
        {"OLLAMA_BASE_URL": ""},
        {"REDIS_URL": "http://redis"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"},
    ],
)
def test_a_wrong_value_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BackendSettings.model_validate(given)
