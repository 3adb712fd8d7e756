"""Which pair comes next, what a steward's word does, and what is still to be built.

A first word on a pair is the decision: it goes to decisions.csv, which every later build obeys. A share of the pairs
is asked of a second steward, who is not shown the first answer; his word measures agreement and decides nothing:
where they disagree, the pair is listed to be settled. A skip hides the pair from who skipped it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from chaland.publish.queue import Question
from chaland.publish.steward import Kept, keep_decision, kept_decisions
from chaland_web import access
from chaland_web.steward.models import Answer, Judgement

PairKey = tuple[str, str]
SECOND_LOOK_OF = 10
"""One pair in so many is asked of a second steward."""
SECOND_LOOK_EVERY = 5
"""A second look comes once in so many pairs, as long as there are some."""
LATEST = 5_000
"""Words looked at to choose the next pair: each build asks anew, and what was decided before it is asked no more."""
DECIDED = (Answer.SAME.value, Answer.APART.value)


def has_second_look(pair: PairKey) -> bool:
    """Tell whether a pair is one of those asked twice: by its own letters, so that nobody chooses.

    >>> sum(has_second_look((f"card:{n}", f"web:{n}")) for n in range(1000))
    97
    """
    digest = blake2b("\n".join(pair).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % SECOND_LOOK_OF == 0


@dataclass(frozen=True)
class Words:
    """What was said of every pair: pair → steward → his last word (those taken back are no word)."""

    by_pair: dict[PairKey, dict[str, Judgement]]

    def answers(self, pair: PairKey) -> dict[str, str]:
        """Return steward → same, apart or skip."""
        return {name: word.answer for name, word in self.by_pair.get(pair, {}).items()}

    def judges(self, pair: PairKey) -> set[str]:
        """Return who said same or apart."""
        return {name for name, answer in self.answers(pair).items() if answer in DECIDED}

    def by_steward(self) -> dict[str, dict[PairKey, str]]:
        """Return steward → pair → same or apart."""
        found: dict[str, dict[PairKey, str]] = {}
        for pair, words in self.by_pair.items():
            for name, word in words.items():
                if word.answer in DECIDED:
                    found.setdefault(name, {})[pair] = word.answer
        return found

    def disagreements(self) -> list[PairKey]:
        """Return the pairs on which stewards differ."""
        return [pair for pair in self.by_pair if len({self.answers(pair)[name] for name in self.judges(pair)}) > 1]


def words(latest: int | None = LATEST) -> Words:
    """Return the last word of each steward on each pair, among the latest rows (all of them when None)."""
    found: dict[PairKey, dict[str, Judgement]] = {}
    rows = Judgement.objects.order_by("-id")
    for word in reversed(rows if latest is None else rows[:latest]):
        pair = (word.record_id_l, word.record_id_r)
        if word.answer == Answer.WITHDRAWN:
            found.get(pair, {}).pop(word.user_name, None)
        else:
            found.setdefault(pair, {})[word.user_name] = word
    return Words(found)


@dataclass(frozen=True)
class Next:
    """What to ask: the pair, its question when the queue holds it, whether it is a second look, how many are left."""

    pair: PairKey | None
    question: Question | None
    is_second: bool
    left: int


def next_pair(request: HttpRequest) -> Next:
    """Return the pair to ask this steward about."""
    name = request.user.get_username()
    said = words()
    kept = {pair for pair, word in kept_decisions(settings.CHALAND_BASE).items() if word.decision != "withdrawn"}
    asked = {(one.record_id_l, one.record_id_r): one for one in access.questions(request)}
    first = [pair for pair in asked if pair not in kept and name not in said.answers(pair)]
    second = [
        pair
        for pair, told in said.by_pair.items()
        if has_second_look(pair) and name not in told and len(said.judges(pair)) == 1
    ]
    mine = sum(name in told for told in said.by_pair.values())
    is_second = bool(second) and (not first or mine % SECOND_LOOK_EVERY == SECOND_LOOK_EVERY - 1)
    pair = second[0] if is_second else first[0] if first else None
    return Next(pair, asked.get(pair) if pair else None, is_second, len(first) + len(second))


def judge(user: Any, pair: PairKey, answer: Answer, match_weight: float | None, *, settles: bool = False) -> Judgement:
    """Keep a steward's word on a pair.

    Args:
        settles: he was shown what others said, and decides.

    Raises:
        NotFoundError: the base has no such record.
        StorageError: the disk refused; nothing is kept.
    """
    others = words().judges(pair) - {user.get_username()}
    standing = kept_decisions(settings.CHALAND_BASE).get(pair)
    is_decided = standing is not None and standing.decision in DECIDED
    is_second = bool(others) and is_decided and not settles
    is_kept = answer in (Answer.SAME, Answer.APART) and not is_second
    return _keep(user, pair, answer, match_weight, is_second=is_second, decision=answer.value if is_kept else "")


def take_back(user: Any, word: Judgement) -> Judgement:
    """Take a word back; where it was the decision, the pair is as if nobody had decided."""
    pair = (word.record_id_l, word.record_id_r)
    decision = "withdrawn" if word.is_kept else ""
    with transaction.atomic():
        if word.user_name != user.get_username():  # another steward's word: it no longer stands either
            _keep(word.user, pair, Answer.WITHDRAWN, None, name=word.user_name)
        return _keep(user, pair, Answer.WITHDRAWN, word.match_weight, decision=decision)


def decide_apart(user: Any, pair: PairKey, reason: str) -> None:
    """Separate two records of one customer, from his file."""
    _keep(user, pair, Answer.APART, None, decision="apart", reason=reason)


def withdraw(user: Any, pair: PairKey, reason: str) -> None:
    """Take back the decision on a pair, whoever made it and however it reached the base."""
    with transaction.atomic():
        for name, word in words().by_pair.get(pair, {}).items():
            if name != user.get_username():
                _keep(word.user, pair, Answer.WITHDRAWN, None, name=name)
        _keep(user, pair, Answer.WITHDRAWN, None, decision="withdrawn", reason=reason)


def _keep(
    user: Any,
    pair: PairKey,
    answer: Answer,
    match_weight: float | None,
    *,
    is_second: bool = False,
    decision: str = "",
    reason: str = "",
    name: str = "",
) -> Judgement:
    now = timezone.now()
    with transaction.atomic():
        word = Judgement.objects.create(
            record_id_l=pair[0],
            record_id_r=pair[1],
            answer=answer.value,
            match_weight=match_weight,
            is_second=is_second,
            is_kept=decision in DECIDED,
            user=user,
            user_name=name or user.get_username(),
            at=now,
        )
        if decision:
            by = name or user.get_username()
            keep_decision(settings.CHALAND_BASE, pair, decision, by=by, reason=reason, now=now)
    return word


def last_word_of(user: Any) -> Judgement | None:
    """Return the last word of a steward that he may still take back: the last one that stands."""
    mine = [told[user.get_username()] for told in words().by_pair.values() if user.get_username() in told]
    return max(mine, key=lambda word: word.id, default=None)


def waiting(request: HttpRequest) -> dict[PairKey, Kept]:
    """Return the decisions that the next build will read: the last word on a pair is not the one the base knows."""
    known = access.decided(request)
    found = {}
    for pair, word in kept_decisions(settings.CHALAND_BASE).items():
        before = known.get(pair)
        if before is None and word.decision == "withdrawn":
            continue
        if before is None or before.decision != word.decision or _moment(before.decided_at) != word.decided_at:
            found[pair] = word
    return found


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
