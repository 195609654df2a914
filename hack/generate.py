"""Writes what is made from the code: ``python hack/generate.py [--check | --accept-restarts]``.

``crds/`` comes from ``dixi_operator.api``, the chart carries a copy, its roles come from the table of what the operator
does in a cluster, and ``docs/reference`` describes fields, reasons, settings, metrics and commands. ``deploy/`` is
rendered from the chart where the pinned Helm is built; elsewhere it is left alone, and the tests of the chart compare
it.

With ``--check`` nothing is written, and a file that is not current is an error. With ``--accept-restarts`` the
pod templates of ``tests/golden`` are written too: the next release then restarts pods of installs that did not change,
and its notes must say so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dixi_operator.api.schema import FILE_NAME, render_crd  # noqa: E402 - the repository is found above
from hack.chart.access import render_access  # noqa: E402
from hack.chart.manifests import can_render, render_manifests  # noqa: E402
from hack.chart.values import render_values  # noqa: E402
from hack.golden import GOLDEN, render_golden  # noqa: E402
from hack.reference.conditions import render_conditions  # noqa: E402
from hack.reference.fields import render_fields  # noqa: E402
from hack.reference.metrics import render_metrics  # noqa: E402
from hack.reference.profiles import render_profiles  # noqa: E402
from hack.reference.reasons import render_reasons  # noqa: E402
from hack.reference.settings import render_settings  # noqa: E402
from hack.reference.verbs import render_verbs  # noqa: E402
from hack.reference.vision import render_vision  # noqa: E402

TARGETS: Mapping[Path, Callable[[], str]] = {
    ROOT / "crds" / FILE_NAME: render_crd,
    ROOT / "charts" / "dixi-operator" / "files" / "crds" / FILE_NAME: render_crd,
    ROOT / "charts" / "dixi-operator" / "templates" / "_access.tpl": render_access,
    ROOT / "docs" / "reference" / "dixiinstall.md": render_fields,
    ROOT / "docs" / "reference" / "profiles.md": render_profiles,
    ROOT / "docs" / "reference" / "reasons.md": render_reasons,
    ROOT / "docs" / "reference" / "conditions.md": render_conditions,
    ROOT / "docs" / "reference" / "settings.md": render_settings,
    ROOT / "docs" / "reference" / "metrics.md": render_metrics,
    ROOT / "docs" / "reference" / "values.md": render_values,
    ROOT / "docs" / "reference" / "cli.md": render_verbs,
    ROOT / "docs" / "reference" / "vision.md": render_vision,
}


FROM_CHART: Mapping[Path, Callable[[], str]] = {ROOT / "deploy" / "operator.yaml": render_manifests}


def main() -> None:
    """Write the targets, or compare them."""
    check = "--check" in sys.argv[1:]
    first = {**TARGETS, **({GOLDEN: render_golden} if "--accept-restarts" in sys.argv[1:] else {})}
    stale = [path for targets in (first, FROM_CHART if can_render() else {}) for path in bring_up(targets, check)]
    if stale and check:
        sys.exit(
            f"generate: not current: {', '.join(str(path.relative_to(ROOT)) for path in stale)}; run: make generate"
        )


def bring_up(targets: Mapping[Path, Callable[[], str]], check: bool) -> Iterator[Path]:
    """The targets that are not current; each is written unless they are only to be compared."""
    for path, render in targets.items():
        text = render()
        if path.is_file() and path.read_text() == text:
            continue
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"generate: wrote {path.relative_to(ROOT)}")
        yield path


if __name__ == "__main__":
    main()
