"""What a classifier says of the sights, counted, and the counts as Markdown tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dixi_runtime.vision.gestures.classifier import ClassifierName
from dixi_runtime.vision.tracks import HandTracks, TrackedHand
from tests.perf.gestures.cases import Case
from tests.perf.gestures.film import FPS
from tests.perf.gestures.sights import ASPECT, Sight

NOT_SEEN = "not detected"
LAST_FRAMES = 3
"""What was said last in these counts: MediaPipe can lose a hand for a frame and find it in the next."""
COLUMNS = ("open_palm", "fist", "point", "peace", "pinch", "ok", "thumbs_up", "thumbs_down", "unknown", NOT_SEEN)


@dataclass(frozen=True)
class Verdict:
    """What was said of a case at its end: a gesture or NOT_SEEN, and whether the side was right."""

    case: Case
    told: str
    side_right: bool

    @property
    def right(self) -> bool:
        """Whether the gesture is the true one."""
        return self.told == self.case.gesture


@dataclass
class Share:
    """How many of how many."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        """One more."""
        self.right += right
        self.total += 1

    def __str__(self) -> str:
        return f"{100 * self.right / self.total:.1f} % ({self.right} of {self.total})" if self.total else "none"


@dataclass(frozen=True)
class Factor:
    """A property of cases to count by, as people name it."""

    name: str
    read: Callable[[Case], str]


FACTORS = (
    Factor("face", lambda case: case.face),
    Factor("side", lambda case: case.side),
    Factor("palm, pixels", lambda case: str(case.palm)),
    Factor("skin, red of 255", lambda case: str(case.skin[0])),
    Factor("exposure", lambda case: str(case.exposure)),
    Factor("turned by", lambda case: f"{_nearest_eighth(case)}°"),
)


def judge(sights: Iterable[Sight], classifier: ClassifierName) -> list[Verdict]:
    """Each case's frames through tracks of their own, as in a stream; what was said last counts."""
    return [_judge(sight, classifier) for sight in sights]


def count_right(verdicts: Iterable[Verdict]) -> Share:
    """Those named rightly, of all."""
    share = Share()
    for verdict in verdicts:
        share.add(verdict.right)
    return share


def summarise(verdicts: Sequence[Verdict]) -> list[str]:
    """The shares that say it all, as Markdown list items."""
    seen = [verdict for verdict in verdicts if verdict.told != NOT_SEEN]
    sides = Share()
    for verdict in seen:
        sides.add(verdict.side_right)
    return [
        f"- named rightly: {count_right(verdicts)}; of the hands that MediaPipe detected: {count_right(seen)}",
        f"- not detected by MediaPipe: {len(verdicts) - len(seen)}",
        f"- left and right told rightly: {sides}",
    ]


def tabulate_confusion(verdicts: Sequence[Verdict]) -> list[str]:
    """True gestures down, told ones across."""
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        told = verdict.told if verdict.told in COLUMNS else "a motion"
        counts.setdefault(verdict.case.gesture, Counter())[told] += 1
    columns = [name for name in (*COLUMNS, "a motion") if any(row[name] for row in counts.values())]
    rows = [[f"`{gesture}`", *(str(row[name] or "") for name in columns)] for gesture, row in counts.items()]
    return tabulate(["shown \\ told", *(f"`{name}`" if "_" in name else name for name in columns)], rows)


def tabulate_factors(named: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """The share named rightly by each level of each factor, a column a classifier."""
    rows = []
    for factor in FACTORS:
        shares: dict[str, dict[str, Share]] = {}
        for name, verdicts in named.items():
            for verdict in verdicts:
                shares.setdefault(factor.read(verdict.case), {}).setdefault(name, Share()).add(verdict.right)
        levels = sorted(shares, key=lambda level: (len(level), level))
        rows += [[factor.name, level, *(str(shares[level][name]) for name in named)] for level in levels]
    return tabulate(["", "", *named], rows)


def tabulate(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table's lines."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _judge(sight: Sight, classifier: ClassifierName) -> Verdict:
    tracks, said = HandTracks(classifier), list[TrackedHand]()
    for number, hands in enumerate(sight.frames):
        told = tracks.update(hands, ASPECT, number / FPS)
        if number >= len(sight.frames) - LAST_FRAMES:
            said += told[:1]
    if not said:
        return Verdict(sight.case, NOT_SEEN, side_right=False)
    return Verdict(sight.case, said[-1].reading.gesture, said[-1].side == sight.case.side)


def _nearest_eighth(case: Case) -> int:
    return round(case.angle / 45) * 45 % 360
