"""Whatever has befallen an install, it ends up like one that was made anew from the last specification."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import count
from time import monotonic

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.support.fake import serve_api
from tests.support.histories import CLASSICS, Edit, Step, histories
from tests.support.lives import Land, open_land

BESIDE = 6
EXAMPLES = max(settings().max_examples // 100, 1)
STORAGE_CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def land(runner: asyncio.Runner, gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Land]:
    """A cluster of this module's own, with an operator that can be killed."""
    folder = tmp_path_factory.mktemp("land")
    with serve_api(folder) as api:
        api.kubectl("apply", "-f", "-", stdin=STORAGE_CLASS)
        context = open_land(api.kubeconfig, f"{gateway}/api/health/ready", folder / "operator.log")
        yield runner.run(context.__aenter__())
        runner.run(context.__aexit__(None, None, None))


def test_every_history_ends_like_a_fresh_apply(
    land: Land, runner: asyncio.Runner, note: Callable[[object], None]
) -> None:
    numbers, lived, started = count(), [], monotonic()

    async def live_all(lives: list[list[Step]]) -> list[list[str]]:
        return await asyncio.gather(*(land.live(f"zq{next(numbers)}q", history) for history in lives))

    # A history is compared by waiting, so several are lived at a time; which one failed is told without shrinking.
    @settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
    @example(CLASSICS)
    @given(st.lists(histories, min_size=BESIDE, max_size=BESIDE))
    def live_through(lives: list[list[Step]]) -> None:
        differences = runner.run(live_all(lives))
        lived.extend(lives)
        wrong = [(history, lines[:9]) for history, lines in zip(lives, differences, strict=True) if lines]
        assert not wrong, wrong[0]

    live_through()
    edits = sum(isinstance(step, Edit) for history in lived for step in history)
    steps = sum(len(history) for history in lived)
    note(f"{len(lived)} histories, {edits} edits among {steps} steps, {monotonic() - started:.0f} s")
