"""Asks a real API server what it thinks of objects, by dry runs, from tests that are not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.kinds import INSTALL, ref_of
from dixi_operator.cluster.ledger import digest
from dixi_operator.errors import ApiError

MANAGER = "dixi-operator"
DRY_RUN = "dryRun=All&fieldValidation=Strict"


class DryRuns:
    """An API server; what it has taken once is not asked again."""

    def __init__(self, client: Client, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner
        self._taken: set[str] = set()

    def make_install(self, document: Manifest) -> Manifest | ApiError:
        """The install as it would be stored, or why it is refused."""
        return self._runner.run(self._make(document))

    def list_refused(self, manifests: Iterable[Manifest]) -> list[str]:
        """Why an apply of each of these objects would be refused; empty when all would be taken."""
        return self._runner.run(self._apply_all([item for item in manifests if digest(item) not in self._taken]))

    async def _make(self, document: Manifest) -> Manifest | ApiError:
        try:
            return await self._client.create(f"{INSTALL.path()}?{DRY_RUN}", document, manager=MANAGER)
        except ApiError as error:
            return error

    async def _apply_all(self, manifests: list[Manifest]) -> list[str]:
        answers = await asyncio.gather(*(self._apply(manifest) for manifest in manifests))
        return [answer for answer in answers if answer]

    async def _apply(self, manifest: Manifest) -> str:
        ref = ref_of(manifest)
        try:
            await self._client.apply(ref.path, manifest, manager=MANAGER, dry_run=True)
        except ApiError as error:
            return f"{ref}: {error}"
        self._taken.add(digest(manifest))
        return ""


@contextmanager
def dry_runs(kubeconfig: str) -> Iterator[DryRuns]:
    """Dry runs against the API server of ``kubeconfig``."""
    with asyncio.Runner() as runner:
        client = runner.run(connect(kubeconfig))
        try:
            yield DryRuns(client, runner)
        finally:
            runner.run(client.close())
