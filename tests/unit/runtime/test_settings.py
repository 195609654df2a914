from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from dixi_runtime.departure import Departure
from dixi_runtime.settings import POD_DRAIN_SECONDS, RuntimeSettings, split_commas


def test_the_api_key_comes_from_a_file_when_only_that_is_given(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    assert RuntimeSettings(api_key_file=file).api_headers() == {"x-api-key": "s3cret"}
    assert RuntimeSettings(api_key=SecretStr("given"), api_key_file=file).api_headers() == {"x-api-key": "given"}


def test_no_key_means_no_header() -> None:
    assert RuntimeSettings().api_headers() == {}


def test_a_key_file_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=r"API_KEY_FILE .* cannot be read.*name a readable file"):
        RuntimeSettings(api_key_file=tmp_path / "missing")


def test_the_key_shows_in_no_representation() -> None:
    assert "s3cret" not in repr(RuntimeSettings(api_key=SecretStr("s3cret")))


def test_a_log_level_may_be_in_capitals_and_must_be_known() -> None:
    assert RuntimeSettings.model_validate({"LOG_LEVEL": "WARNING"}).log_level == "warning"
    with pytest.raises(ValidationError, match="'debug', 'info', 'warning' or 'error'"):
        RuntimeSettings.model_validate({"LOG_LEVEL": "loud"})


def test_commas_split_and_anything_else_is_left_to_the_field() -> None:
    assert split_commas(" a, b,,c ") == ("a", "b", "c")
    assert split_commas(("a",)) == ("a",)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 0.0),
        ({"KUBERNETES_SERVICE_HOST": "10.96.0.1"}, POD_DRAIN_SECONDS),
        ({"KUBERNETES_SERVICE_HOST": "10.96.0.1", "DRAIN_SECONDS": "0"}, 0.0),
        ({"DRAIN_SECONDS": "7"}, 7.0),
    ],
)
def test_a_pod_takes_time_to_leave_and_a_program_on_a_desk_none(given: dict[str, str], seconds: float) -> None:
    assert RuntimeSettings.model_validate(given).departure == Departure.within(seconds)
