from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dixi_runtime.vision.http.profile import parse_seconds
from tests.unit.runtime.vision.http.served import serving


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "60.1", "nan", "inf", "1e999", "1_0_0"])
def test_no_other_number_of_seconds_is_usable(text: str) -> None:
    assert parse_seconds(text) is None


async def test_there_is_no_profile_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with serving(vision_autostart=False, model_dir=tmp_path) as served:
        assert (await served.client.get("/profile")).status_code == 404


async def test_one_at_a_time_gets_a_profile(tmp_path: Path) -> None:
    async with serving(vision_autostart=False, model_dir=tmp_path, vision_profile=True) as served:
        answers = await asyncio.gather(*(served.client.get("/profile?seconds=0.3") for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        (text,) = (answer.text for answer in answers if answer.is_success)
        assert "MainThread;" in text
        assert (await served.client.get("/profile?seconds=x")).json()["error"].startswith("seconds: expected a number")
