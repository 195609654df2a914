"""Asks every route of a running program what its OpenAPI document allows, and what it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as given_examples
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response

SECONDS = 20
"""How long an answer may take."""


@dataclass
class Findings:
    """How many requests were made, how they were answered, and the answers that should not be."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        by_status = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return f"{self.cases} cases ({by_status}), {len(self.wrong)} wrong"


Judge = Callable[[schemathesis.Case[Any], Response], str | None]
"""Says what is wrong with the answer to a request, or nothing."""


def ask_all(
    url: str,
    document: str,
    judge: Judge,
    *,
    examples: int,
    headers: Mapping[str, str],
    skip: frozenset[str] = frozenset(),
) -> Findings:
    """Make ``examples`` requests that are allowed and as many that are not to each operation of ``url + document``.

    ``skip`` names paths that are left alone.
    """
    schema = schemathesis.openapi.from_url(url + document)
    schema.config.update(base_url=url)
    findings = Findings()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.path in skip:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given_examples(case=strategy)
            def ask(case: schemathesis.Case[Any]) -> None:
                response = case.call(base_url=url, headers=dict(headers), timeout=SECONDS)
                findings.cases += 1
                findings.statuses[response.status_code] += 1
                fault = judge(case, response)
                if fault is not None:
                    findings.wrong.append(f"{case.as_curl_command()}: {response.status_code} {fault}")

            # A request that has nothing in it that could be wrong cannot be made wrongly.
            with suppress(Unsatisfiable):
                ask()
    return findings
