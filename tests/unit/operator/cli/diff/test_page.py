from __future__ import annotations

from dixi_operator.cli.diff.difference import Change, Difference
from dixi_operator.cli.diff.page import draw_trial
from dixi_operator.cli.diff.trial import Trial
from dixi_operator.cli.screen import write_text

SAME = Difference(object="Service wall/backend", change=Change.UNCHANGED)
CHANGED = Difference(object="Deployment wall/backend", change=Change.CHANGED, lines=("-a: 1", "+a: [bold]2[/bold]"))
REFUSED = Difference(object="Service wall/redis", change=Change.REFUSED, message="spec.clusterIP: field is immutable")
ADOPTED = Difference(object="Namespace wall", change=Change.CHANGED, adopted=True, managers=("helm",))


def test_what_stays_as_it_is_is_only_counted() -> None:
    page = write_text(draw_trial(Trial(install="wall", differences=(SAME,))))
    assert page.splitlines() == [
        "DixiInstall wall",
        "0 created, 0 changed, 1 unchanged, 0 recreated, 0 pruned, 0 refused",
    ]


def test_changes_refusals_and_adoptions_are_told() -> None:
    page = write_text(draw_trial(Trial(install="wall", differences=(CHANGED, REFUSED, ADOPTED), notes=("look",))))
    assert "note: look" in page
    assert "~ Deployment wall/backend changed\n-a: 1\n+a: [bold]2[/bold]\n" in page
    assert "! Service wall/redis refused\n  spec.clusterIP: field is immutable" in page
    assert "would be adopted: Namespace wall, written by helm" in page


def test_an_install_differs_when_anything_would_change_or_nothing_could() -> None:
    assert not Trial(install="wall", differences=(SAME,)).differs
    assert Trial(install="wall", differences=(SAME, CHANGED)).differs
    assert Trial(install="wall", differences=(SAME, REFUSED)).differs
    assert Trial(install="wall", differences=(SAME,), blocked=("namespace wall is not ours",)).differs
