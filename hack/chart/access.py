"""The rules of the chart's roles, as named templates."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import yaml

from dixi_operator.cluster.access import Grant, Scope, build_grants

HEADER = "{{/* Made by hack/generate.py from operator/dixi_operator/cluster/access.py. */}}\n"
WIDTH = 116


def render_access() -> str:
    """The file ``templates/_access.tpl``: one named template a scope."""
    grants = build_grants()
    blocks = (_render_scope(scope, [grant for grant in grants if grant.scope is scope]) for scope in Scope)
    return HEADER + "".join(blocks)


def _render_scope(scope: Scope, grants: Sequence[Grant]) -> str:
    rules = "".join(_render_rule(grant) for grant in grants)
    return f'{{{{- define "dixi-operator.rules.{scope}" -}}}}\n{rules}{{{{- end }}}}\n'


def _render_rule(grant: Grant) -> str:
    rule: dict[str, list[str]] = {"apiGroups": [grant.group], "resources": [grant.resource]}
    if grant.names:
        rule["resourceNames"] = list(grant.names)
    rule["verbs"] = list(grant.verbs)
    comment = "".join(f"# {line}\n" for line in textwrap.wrap(grant.purpose, WIDTH))
    return comment + yaml.safe_dump([rule], sort_keys=False, default_flow_style=None)
