"""One level-based pass over one install: look at everything, do what differs, say how it stands.

Nothing is remembered between passes but what saves requests, so a pass may start from any state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar

from pydantic import ValidationError

from dixi_operator.api.checks import check_spec, explain_validation, read_install
from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import DixiInstall, InstallMetadata
from dixi_operator.api.names import ANNOTATION_RECONCILE, BACKEND, VISION
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.deletion_costs import DeletionCosts
from dixi_operator.cluster.evidence import gather_pods
from dixi_operator.cluster.installs import Installs
from dixi_operator.cluster.kinds import INSTALL, Ref, ref_of
from dixi_operator.cluster.objects import Applied, Applier
from dixi_operator.cluster.observe import Surroundings
from dixi_operator.cluster.probe import Probe
from dixi_operator.cluster.sightings import Sighting
from dixi_operator.cluster.store import Store
from dixi_operator.components.context import Context, read_images, resolve_images
from dixi_operator.components.replicas import choose_backend_scaler
from dixi_operator.drift.report import Drift
from dixi_operator.errors import ReconcileError, TerminalError, TransientError
from dixi_operator.facts import Facts
from dixi_operator.gpu.choice import choose_all
from dixi_operator.gpu.promises import Promises
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import find_causes
from dixi_operator.health.causes.suspects import find_claims, find_suspects
from dixi_operator.health.gpus import read_before
from dixi_operator.health.objects import assess
from dixi_operator.health.status import Observation, ProbeResult, WaveObserved, build_status
from dixi_operator.minting import mint
from dixi_operator.outcome import Outcome, Progress, judge
from dixi_operator.plan import Item, Plan, Wave, build_plan, find_adopted
from dixi_operator.preflight import check_plan
from dixi_operator.reporter import Reporter
from dixi_operator.settings import OperatorSettings

CONTEST_SECONDS = 60.0
LACKING_SECONDS = 10.0  # between looks at whether a GPU can be had
METRICS_SECONDS = 30.0  # between looks at whether there is a metrics API
SHRINKING_SECONDS = 20.0  # between looks at how many clients each pod of a gateway has
STARTING_SECONDS = 3.0  # between looks at whether pods have got theirs
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Pass:
    """What one pass has seen and done."""

    install: DixiInstall
    findings: list[Finding]
    facts: Facts | None = None
    revision: str = ""
    waves: tuple[WaveObserved, ...] = ()
    probe: ProbeResult | None = None
    delegates: dict[str, str] = field(default_factory=dict)
    may_shrink: bool = False
    repaired: list[Drift] = field(default_factory=list)
    left: list[Drift] = field(default_factory=list)
    adopted: tuple[str, ...] = ()

    def is_blocked(self) -> bool:
        """Whether something found so far forbids to go on."""
        return any(finding.severity is not Severity.NOTE for finding in self.findings)

    def note(self, applied: Applied) -> None:
        """Take down what an apply has found of other writers."""
        self.repaired += applied.repaired
        self.left += applied.left
        self.findings += (_note(Reason.DRIFTED, f"{drift}; spec.drift says to leave it") for drift in applied.left)
        self.findings += (
            _note(
                Reason.FIELD_CONFLICT,
                f"{drift}; it comes again as often as it is put back: stop that writer, or leave the field with"
                " spec.drift",
            )
            for drift in applied.contested
        )


class Reconciler:
    """Makes passes; one instance serves every install."""

    def __init__(
        self,
        client: Client,
        installs: Installs,
        store: Store,
        probe: Probe,
        settings: OperatorSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._installs = installs
        self._store = store
        self._probe = probe
        self._settings = settings
        self._clock = clock
        self._surroundings = Surroundings(client, settings.namespace, ticks)
        self._applier = Applier(client, store, ticks)
        self._reporter = Reporter(client, installs, settings.pod_name)
        self._promises = Promises()
        self._costs = DeletionCosts(client, probe)

    async def reconcile(self, name: str) -> Outcome:
        """Make one pass over the install of that name.

        Raises :class:`ApiError`, :class:`ConnectionLostError` and :class:`TransientError` when the API server cannot
        be worked with at all; everything else ends in the install's status.
        """
        live = await self._find(name)
        if live is None or live["metadata"].get("deletionTimestamp"):
            return Outcome(Progress.GONE)
        if self._store.unsynced:
            raise TransientError(Reason.API_UNAVAILABLE, self._store.unsynced)
        made = await self._pass_over(live)
        causes = await self._find_causes(made, live.get("status") or {})
        status = build_status(
            made.install,
            revision=made.revision,
            waves=made.waves,
            findings=made.findings,
            probe=made.probe,
            facts=made.facts,
            previous=live.get("status") or {},
            now=self._clock(),
            causes=causes,
            delegates=made.delegates,
            asked=(live["metadata"].get("annotations") or {}).get(ANNOTATION_RECONCILE, ""),
        )
        held = await self._reporter.report(live, made.install, status, self._clock())
        await self._reporter.report_drift(live, made.repaired, made.left, self._clock())
        await self._reporter.report_adoption(live, made.adopted, self._clock())
        return replace(judge(status), again_after=min(self._list_reasons_to_look(made, held), default=None))

    def _list_reasons_to_look(self, made: Pass, held: float | None) -> Iterator[float]:
        """Seconds after which there is something to tell, or something that no watch tells of may have changed."""
        if held:
            yield held
        if any(finding.reason is Reason.FIELD_CONFLICT for finding in made.findings):
            yield CONTEST_SECONDS
        if any(finding.reason is Reason.METRICS_UNAVAILABLE for finding in made.findings):
            yield METRICS_SECONDS
        if made.may_shrink:
            yield SHRINKING_SECONDS
        for component, choice in made.facts.choices.items() if made.facts else ():
            if choice.reason is Reason.PROGRESSING:
                yield STARTING_SECONDS
            elif not choice.is_settled:
                yield LACKING_SECONDS
            if self._probe.asks_vision and component == VISION and not made.delegates.get(VISION):
                yield LACKING_SECONDS

    def forget(self, name: str) -> None:
        """Drop what is kept about an install that is gone."""
        self._reporter.forget(name)
        self._promises.forget(name)
        self._installs.discard(name)
        self._applier.forget(self._store.list_refs(name))

    def expire_facts(self) -> None:
        """Have the next pass read anew what is true of the whole cluster."""
        self._surroundings.expire()

    async def _find(self, name: str) -> Manifest | None:
        known = self._installs.find(name)
        if known is not None:
            return known
        live = await self._client.find(INSTALL.path(name=name))
        if live is not None:
            self._installs.put(live)
        return live

    async def _pass_over(self, live: Manifest) -> Pass:
        try:
            install = read_install(live)
        except ValidationError as error:
            nameless = DixiInstall(metadata=InstallMetadata.model_validate(live["metadata"]))
            return Pass(nameless, explain_validation(error))
        made = Pass(install, check_spec(install))
        if made.is_blocked() or install.spec.suspend:
            return made
        view = self._store.view(install.name, install.namespace)
        made.facts = await self._observe(install, view, live.get("status") or {})
        made.findings += check_plan(install, made.facts)
        if made.is_blocked():
            return made
        plan = build_plan(self._describe(install, made.facts))
        made.revision = plan.revision
        made.adopted = find_adopted(plan, made.facts)
        made.waves = await self._carry_out(plan, view, made)
        if made.is_blocked():
            return made
        try:
            self._applier.forget(await self._applier.prune(view, {ref_of(item.manifest) for item in plan.items}))
        except ReconcileError as error:
            made.findings.append(_find(error))
        if all(_is_healthy(wave) for wave in made.waves):
            made.probe = await self._probe.ask(install.namespace)
            await self._ask_delegates(made, made.facts)
            await self._weigh_backends(made, made.facts)
        return made

    async def _observe(self, install: DixiInstall, view: Mapping[Ref, Sighting], previous: Mapping[str, Any]) -> Facts:
        facts = await self._surroundings.observe(install, view)
        gpus = replace(facts.gpus, promised=self._promises.list_others(install.name))
        choices = choose_all(install, gpus, read_before(previous), self._clock())
        self._promises.note(install, gpus, choices)
        return replace(facts, gpus=gpus, choices=choices)

    async def _weigh_backends(self, made: Pass, facts: Facts) -> None:
        """While an autoscaler may take pods away, have it take those with few clients."""
        spec = made.install.spec
        scaler = choose_backend_scaler(spec, facts)
        made.may_shrink = scaler is not None and facts.kept.get(BACKEND, 0) > spec.backend_least
        if not made.may_shrink:
            return
        try:
            await self._costs.weigh(made.install.namespace)
        except ReconcileError as error:
            made.findings.append(_find(error))

    async def _ask_delegates(self, made: Pass, facts: Facts) -> None:
        """What vision computes on where it asks for a GPU; one that has a GPU and does without is worth knowing."""
        choice = facts.choices.get(VISION)
        if choice is None:
            return
        pods = facts.gpus.list_pods(made.install.namespace, VISION)
        delegate = await self._probe.ask_delegates([pod.address for pod in pods if pod.ready and pod.address])
        made.delegates[VISION] = delegate
        if choice.is_settled and "cpu" in delegate:
            message = "vision has a GPU and computes on the CPU: see its log for what the GPU delegate lacks"
            made.findings.append(Finding(Reason.GPU_UNUSED, "spec.vision.gpu.policy", message, Severity.NOTE))

    async def _find_causes(self, made: Pass, previous: Mapping[str, Any]) -> dict[str, Cause]:
        """What keeps Deployments from getting ready, by name; pods are read only where one does not get on."""
        now = self._clock()
        suspects = find_suspects(made.waves, previous, now)
        if not suspects or made.facts is None:
            return {}
        evidence = await gather_pods(
            self._client,
            made.install,
            deployments=suspects,
            claims=find_claims(made.waves),
            storage_classes=made.facts.storage_classes,
            gpus=made.facts.gpus if made.facts.choices else None,
            now=now,
        )
        return {cause.component: cause for cause in find_causes(evidence)}

    def _describe(self, install: DixiInstall, facts: Facts) -> Context:
        images = resolve_images(install.spec, read_images(self._settings))
        return Context(install=install, facts=facts, images=images, minted=mint())

    async def _carry_out(self, plan: Plan, view: Mapping[Ref, Sighting], made: Pass) -> tuple[WaveObserved, ...]:
        """Apply wave after wave.

        A wave starts when those that it comes after are healthy. One that has started is kept right whatever becomes
        of them: a broken camera must not keep a deleted gateway from coming back.
        """
        observed: dict[str, WaveObserved] = {}
        for wave in plan.waves:
            free = all(_is_healthy(observed[name]) for name in wave.after if name in observed)
            started = any(ref_of(item.manifest) in view for item in wave.items)
            if free or started:
                observed[wave.name] = await self._apply_wave(wave, view, made)
            else:
                observed[wave.name] = _look_at(wave, view)
        return tuple(observed.values())

    async def _apply_wave(self, wave: Wave, view: Mapping[Ref, Sighting], made: Pass) -> WaveObserved:
        observed: list[Observation] = []
        # The API server looks a Role up when a binding to it is written, so Roles come first.
        for items in partition(wave.items, lambda item: item.manifest["kind"] in {"Role", "ClusterRole"}):
            answers = await _gather([self._apply(item, view, made) for item in items])
            observed += (Observation(item.manifest, live) for item, live in zip(items, answers, strict=True))
        return WaveObserved(wave.name, wave.after, tuple(observed), wave.needs)

    async def _apply(self, item: Item, view: Mapping[Ref, Sighting], made: Pass) -> Manifest | None:
        seen = view.get(ref_of(item.manifest))
        apply = self._applier.create_once if item.create_only else self._applier.apply
        try:
            applied = await apply(item.manifest, seen, made.install.spec.drift)
        except ReconcileError as error:
            if isinstance(error, TransientError) and error.retry_after is not None:
                raise
            made.findings.append(_find(error))
            return seen.live if seen else None
        made.note(applied)
        return applied.live


async def _gather(applies: Sequence[Coroutine[Any, Any, Answer]]) -> list[Answer]:
    """What each has returned, once all have ended; then the first error is raised, if there is one."""
    answers = await asyncio.gather(*applies, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


def partition(items: Sequence[Item], is_first: Callable[[Item], bool]) -> tuple[list[Item], list[Item]]:
    """The items for which ``is_first`` holds, and the others, each in their order."""
    return [item for item in items if is_first(item)], [item for item in items if not is_first(item)]


def _look_at(wave: Wave, view: Mapping[Ref, Sighting]) -> WaveObserved:
    sightings = ((item.manifest, view.get(ref_of(item.manifest))) for item in wave.items)
    objects = tuple(Observation(manifest, seen.live if seen else None) for manifest, seen in sightings)
    return WaveObserved(wave.name, wave.after, objects, wave.needs)


def _is_healthy(wave: WaveObserved) -> bool:
    return all(assess(item.desired, item.live).is_healthy for item in wave.objects)


def _find(error: ReconcileError) -> Finding:
    severity = Severity.TERMINAL if isinstance(error, TerminalError) else Severity.WAITING
    return Finding(error.reason, "", error.message, severity)


def _note(reason: Reason, message: str) -> Finding:
    return Finding(reason, "", message, Severity.NOTE)
