"""The reference pages name everything that they are about."""

from __future__ import annotations

import re

from dixi_operator.api.reasons import Reason
from dixi_operator.cli.exits import ExitCode
from dixi_operator.settings import OperatorSettings
from hack.reference.fields import render_fields
from hack.reference.metrics import render_metrics
from hack.reference.reasons import render_reasons
from hack.reference.settings import render_settings
from hack.reference.tables import code, render_table
from hack.reference.verbs import EXITS, list_verbs, render_verbs
from hack.reference.vision import render_vision
from tests.unit.runtime.vision.http.contract import ROUTES


def test_a_cell_may_hold_anything() -> None:
    assert render_table(["a"], [["one | two\nthree"]]).splitlines()[-1] == "| one \\| two three |"
    assert code("") == code(None) == ""


def test_every_reason_has_its_row() -> None:
    page = render_reasons()
    assert all(f"| `{reason}` |" in page for reason in Reason)


def test_every_setting_has_its_row_and_a_description() -> None:
    rows = [line for line in render_settings().splitlines() if line.startswith("| `")]
    assert all(f"`DIXI_{name}`".upper() in "".join(rows).upper() for name in OperatorSettings.model_fields)
    assert all(not row.endswith("|  |") for row in rows)


def test_fields_tell_their_bounds_defaults_and_rules() -> None:
    page = render_fields()
    assert "| `spec.vision.fps` | integer from 1 to 60 | `30` |" in page
    assert "backend.autoscaling.minReplicas must not be above backend.autoscaling.maxReplicas" in page


def test_the_five_series_of_the_guide_are_there() -> None:
    page = render_metrics()
    for series in (
        "dixi_gesture_detections_total",
        "dixi_ai_inference_duration_seconds",
        "dixi_websocket_connections",
        "dixi_api_requests_total",
        "dixi_errors_total",
    ):
        assert f"| `{series}` |" in page


def test_every_verb_has_its_section_and_every_option_a_description() -> None:
    page = render_verbs()
    verbs = [words for words, _ in list_verbs()]
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == verbs
    assert {"dixi diff", "dixi status", "dixi explain", "dixi report", "dixi backup verify"} <= set(verbs)
    assert [line for line in page.splitlines() if line.startswith("| ") and line.endswith("|  |")] == []
    assert all(command.help for _, command in list_verbs())


def test_options_show_their_defaults_and_choices() -> None:
    page = render_verbs()
    assert "| `-o text|json`, `--output text|json` | `text` |".replace("|json", "\\|json") in page
    assert "| `--timeout SPAN` | `5m` |" in page
    assert "`dixi diff FILE|NAME [OPTIONS]`" in page


def test_every_exit_status_is_explained() -> None:
    assert EXITS.keys() == set(ExitCode)


def test_every_route_of_the_vision_contract_has_its_row_and_every_object_its_table() -> None:
    page = render_vision()
    assert all(f"| `{route.path}` | {route.method} |" in page for route in ROUTES)
    linked = set(re.findall(r"\]\(#(\w+)\)", page))
    assert linked <= {name.lower() for name in re.findall(r"^### (\w+)$", page, re.MULTILINE)}
