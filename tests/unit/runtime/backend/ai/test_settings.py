import pytest
from pydantic import ValidationError

from dixi_runtime.backend.ai.conversation import Times
from dixi_runtime.backend.ai.settings import AiSettings


def read(**given: str) -> AiSettings:
    return AiSettings.model_validate(given)


def test_the_times_are_those_of_the_existing_backend() -> None:
    assert read().answer_times() == Times(whole=60, streamed=120, image=30)


def test_the_time_to_keep_answers_is_given_in_milliseconds() -> None:
    assert read().cache_seconds() == 3600
    assert read(AI_CACHE_TTL="1500").cache_seconds() == 1.5


@pytest.mark.parametrize("given", [{"AI_CACHE_SIZE": "0"}, {"AI_CACHE_TTL": "0"}])
def test_nothing_kept_is_no_time(given: dict[str, str]) -> None:
    assert read(**given).cache_seconds() == 0


@pytest.mark.parametrize(
    "given",
    [
        {"AI_PROVIDER": "oracle"},
        {"AI_CONCURRENCY": "0"},
        {"AI_QUEUE": "-1"},
        {"AI_INFER_SECONDS": "0"},
        {"AI_MAX_TOKENS": "many"},
        {"CLOUD_MODEL": "../v1/keys?x="},
        {"GEMINI_BASE_URL": "gemini"},
    ],
)
def test_a_wrong_value_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        read(**given)
