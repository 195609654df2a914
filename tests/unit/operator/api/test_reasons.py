"""Reasons are one closed set that Kubernetes accepts."""

from __future__ import annotations

import re

import pytest

from dixi_operator.api.reasons import Reason


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_one_camel_case_word_named_after_itself(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", reason.value)
    assert re.sub(r"(?<!^)(?=[A-Z])", "_", reason.value).upper() == reason.name
