from __future__ import annotations

from dataclasses import fields

import pytest

from dixi_operator.cli.doctor.checks import CHECKS, diagnose, is_fit
from dixi_operator.cli.doctor.page import draw_diagnoses
from dixi_operator.cli.doctor.result import Verdict
from dixi_operator.cli.screen import write_text
from tests.unit.operator.cli.doctor.clusters import UNREAD, WELL, with_facts

READ = [field.name for field in fields(WELL) if field.name not in {"now", "schema"}]


def test_a_cluster_in_which_all_is_well_passes_every_check() -> None:
    diagnoses = diagnose(WELL)
    assert {diagnosis.verdict for diagnosis in diagnoses} == {Verdict.OK}
    assert [diagnosis.check for diagnosis in diagnoses] == [name for name, _ in CHECKS]
    assert is_fit(diagnoses)


@pytest.mark.parametrize("field", [field for field in READ if field != "installs"])
def test_what_may_not_be_read_is_unknown_and_fails_nothing(field: str) -> None:
    diagnoses = diagnose(with_facts(**{field: UNREAD}))
    unknown = [diagnosis for diagnosis in diagnoses if diagnosis.verdict is Verdict.UNKNOWN]
    assert unknown
    assert all("you may not" in diagnosis.message and diagnosis.advice for diagnosis in unknown)
    assert is_fit(diagnoses)


def test_whatever_is_not_well_comes_with_what_to_do() -> None:
    diagnoses = diagnose(
        with_facts(crd=None, operators=[], leases=[], nodes=[], storage_classes=[], dns_service=None, metrics=None)
    )
    bad = [diagnosis for diagnosis in diagnoses if diagnosis.verdict is not Verdict.OK]
    assert {diagnosis.check for diagnosis in bad} >= {"crd", "operator", "leader", "nodes", "storage", "dns", "metrics"}
    assert all(diagnosis.advice for diagnosis in bad)
    assert not is_fit(diagnoses)
    page = write_text(draw_diagnoses(diagnoses))
    assert "- crd: The cluster has no CRD of dixiinstalls.\n    Install the operator: helm install" in page
    assert page.splitlines()[-1].endswith("unknown")
