"""Ballots that are copies of one another: found, reported by pseudonym, and weighed as one person.

A brigade fills in many ballots that are the same, or nearly: a few votes changed, a few left out, a part
only. People who think alike also vote alike, and seven first statements that everybody agrees with are
natural. So a set of ballots is told only when it is larger than chance explains: given each person's part of
the map, each person's own habit of agreeing, passing or disagreeing, and the statements that both have voted
on. Which statements somebody was shown is no evidence at all.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .ballots import Ballots, Nature, canonical, nature
from .comparing import ALL_PROBES, NEAR_COMMON, Comparison, compared
from .errors import VoteError
from .groups import group_points
from .likeness import CHANGED, Likely, against, ballot_of, evidence_of, length_cost, likely_copies, listed
from .moderation import standing
from .moments import UNIT, moments
from .points import place
from .votes import Votes

__all__ = ["CHANCE", "LEAST_SET", "CloneSet", "Clones", "Reported", "clone_weights", "find_clones"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_SET = 3
"""Ballots in the smallest set that is told: two may be one household, and move no map."""

CHANCE = 1e-6
"""A set is told where chance gives one like it in at most this part of conversations."""

LEAST_MATCH = 0.9
"""Ballots with at least this part of the votes in common the same make a set."""

ALSO_MATCH = 0.8
"""Ballots with at least this part the same may belong to a set that stands, if they are likelier copies."""

ONE_ANSWER = 0.95
"""Where at least this part of what was copied is one and the same answer, nothing is told: people who always
agree, or never, need no brigade. A brigade that only ever agrees is therefore not found."""

LEAST_COMMON = 5
"""A ballot with fewer votes in common with what was copied is in no set: of too little nobody can tell."""

APART = 1.5
"""A set is told where it is at least so many times those who are a little less alike (between the two levels
above), as far as chance does not explain them: people who think alike thin out gradually, copies do not."""

_PARTS = 5  # parts of the map within which votes are compared
_TO_A_PART = 20  # people, on average, that a part needs
_ROUNDS_OF_MANY = 1  # copies among many move what is natural little, and large sets weigh little at once
_ROUNDS = 3  # what is natural is estimated again without the copies found
_CHANGED_LEAST = 0.005  # part of a copy's votes that may always have been changed
_LOOKS = 4  # times what was copied is put together anew
_MADE = 4_000  # ballots made by chance, at least
_LEARN = 8  # ballots from which the copied ballot is put together from what most of them say
_LENGTH = 8.0  # nats by which a ballot's length may speak against it, once the copies' own is known
_SAY = 3  # ballots that must have voted on a statement for it to be part of the copied one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloneSet:
    """Ballots that are copies of one.

    Attributes
    ----------
    members
        Positions in ``votes.participants``, ascending.
    identical
        How many of them are exactly the commonest ballot among them.
    votes
        Median number of votes that a member has in common with what was copied.
    agreement
        Median part of these that are the same.
    log10_chance
        Chance explains a set like this in at most 10 to this power of conversations, under the model.
    together
        How many members' first votes fall within one span of time, if such was asked for; None else. It is
        told, and decides nothing: a class at school votes together too.
    """

    members: Ints
    identical: int
    votes: float
    agreement: float
    log10_chance: float
    together: int | None

    @property
    def size(self) -> int:
        """How many ballots there are in the set."""
        return len(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A set as staff may see it: members by pseudonym, in the order of their pseudonyms."""

    members: tuple[str, ...]
    size: int
    identical: int
    votes: float
    agreement: float
    log10_chance: float
    together: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clones:
    """All sets found, the largest first.

    Attributes
    ----------
    sets
        No ballot is in two.
    set_of
        (n,), the set of each participant, -1 for those in none.
    participants
        Their names: for :meth:`report`, and never to be shown.
    """

    sets: tuple[CloneSet, ...]
    set_of: Ints
    participants: npt.NDArray[np.generic]

    def report(self, key: bytes) -> tuple[Reported, ...]:
        """The sets for staff: pseudonyms are keyed hashes of names, the same under the same key.

        Raises
        ------
        VoteError
            ``key-too-short``: fewer than 16 bytes, or more than 64.
        """
        if not 16 <= len(key) <= 64:
            raise VoteError(
                "key-too-short", f"a key for pseudonyms has 16 to 64 bytes, not {len(key)}", bytes=len(key)
            )
        return tuple(
            Reported(
                members=tuple(
                    sorted(_pseudonym(str(self.participants[member]), key) for member in each.members)
                ),
                size=each.size,
                identical=each.identical,
                votes=each.votes,
                agreement=each.agreement,
                log10_chance=each.log10_chance,
                together=each.together,
            )
            for each in self.sets
        )


def _pseudonym(name: str, key: bytes) -> str:
    return hashlib.blake2b(name.encode(), key=key, digest_size=10).hexdigest()


def clone_weights(clones: Clones) -> Floats:
    """(n,), what each ballot counts: every set of copies as one person, everybody else as one.

    Notes
    -----
    A set is weighed, not thrown out: one of its ballots may be an honest person's, who is not told apart
    from the copies and keeps one voice.
    """
    sizes = np.array([each.size for each in clones.sets] or [1], np.float64)
    return np.where(clones.set_of >= 0, 1.0 / sizes[np.maximum(clones.set_of, 0)], 1.0)


def _parts(ballots: Ballots, weights: Floats) -> Ints:
    """The part of the map in which each ballot stands."""
    count = min(_PARTS, int(weights.sum()) // _TO_A_PART)
    if count < 2:
        return np.zeros(ballots.count, np.int64)
    exact = np.rint(weights * UNIT).astype(np.int64)
    placed = place(ballots.votes, moments(ballots.votes, exact), standing(ballots.votes.statements, None))
    return group_points(placed.points, weights=exact / UNIT, count=count, quick=True).labels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """A set: its ballots, the evidence, and whether it stands apart from others who think alike."""

    rows: Ints
    nats: float
    votes: float
    agreement: float
    changed: float
    given: float
    apart: bool


def _copied(ballots: Ballots, rows: Ints, probe: Ints) -> Ints:
    """What was copied: the vote most of them give, where enough have voted; from few, the probe itself."""
    if len(rows) < _LEARN:
        return probe
    votes, width = ballots.votes, len(ballots.votes.statements)
    inside = np.zeros(ballots.count, bool)
    inside[rows] = True
    taken = inside[ballots.rows]
    counts = np.bincount(
        votes.columns[taken].astype(np.int64) * 3 + votes.values[taken] + 1, minlength=3 * width
    )
    counts = counts.reshape(width, 3)
    return np.where(counts.sum(axis=1) >= _SAY, counts.argmax(axis=1) - 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scene:
    """The ballots, how people vote who vote for themselves, and which ballots are in no set yet."""

    ballots: Ballots
    natural: Nature
    free: npt.NDArray[np.bool_]

    def around(
        self,
        copied: Ints,
        probe: int | None,
        least: float,
        *,
        changed: tuple[float, ...],
        shortest: float,
        given: float | None,
    ) -> _Found | None:
        """The copies of one ballot among those with at least a part of votes alike.

        Where what was copied was put together (no ``probe``), the ballot most like it stands for it, and is
        no evidence.
        """
        nats, matched, common = against(self.ballots, copied, self.natural.surprises, changed=changed)
        width = int(np.count_nonzero(copied < 2))
        long = length_cost(common, width, given) <= _LENGTH
        able = np.flatnonzero(self.free & long & (common >= shortest) & (matched >= least * common))
        if not len(able):
            return None
        made = [
            against(self.ballots, copied, surprises, values=values, changed=changed)
            for values, surprises in self.natural.made
        ]
        chance = [each[0][long & (each[2] >= shortest) & (each[1] >= least * each[2])] for each in made]
        first = int(able[nats[able].argmax()]) if probe is None else probe
        likely = listed(first, able, nats[able], np.concatenate(chance), len(made), -np.inf)
        size, evidence = evidence_of(likely, self.ballots.count)
        if not size:
            return None
        rows = likely.rows[:size]
        votes = float(np.median(common[rows]))
        enough = long & (common >= max(NEAR_COMMON, votes / 2))
        beside = self.free & enough & (matched >= ALSO_MATCH * common)
        beside[rows], beside[first] = False, False
        by_chance = [
            np.count_nonzero(enough & (alike >= ALSO_MATCH * shared) & (alike < least * shared))
            for _, alike, shared in made
        ]
        excess = np.count_nonzero(beside) - float(np.mean(by_chance))
        return _Found(
            rows=np.sort(np.append(rows, first)),
            nats=evidence,
            votes=votes,
            agreement=float(np.median(matched[rows] / common[rows])),
            changed=float(1.0 - matched[rows].sum() / common[rows].sum()),
            given=float((common[rows].sum() + 1.0) / (len(rows) * width + 2.0)),
            apart=bool(np.count_nonzero(enough[rows]) + 1 >= APART * excess),
        )


def _one_answer(copied: Ints) -> bool:
    answers = np.bincount(copied[copied < 2] + 1, minlength=3)
    return bool(answers.max() >= ONE_ANSWER * answers.sum())


def _refined(scene: _Scene, likely: Likely) -> _Found | None:
    """The set around a probe: what was copied is put together from it, and the set is looked for again."""
    ballots = scene.ballots
    rows = np.sort(np.append(likely.rows[: evidence_of(likely, ballots.count)[0]], likely.probe))
    probe = ballot_of(ballots, likely.probe)
    changed: tuple[float, ...] = CHANGED
    shortest = float(LEAST_COMMON)
    given: float | None = None
    for look in range(_LOOKS):
        copied, centre = _copied(ballots, rows, probe), likely.probe if len(rows) < _LEARN else None
        found = scene.around(copied, centre, LEAST_MATCH, changed=changed, shortest=shortest, given=given)
        if found is None or (look and np.array_equal(found.rows, rows)):
            break
        rows, changed = found.rows, (found.changed + _CHANGED_LEAST,)
        shortest = max(LEAST_COMMON, found.votes / 4)
        given = found.given if len(rows) >= _LEARN else None
    if found is None or not found.apart or _one_answer(copied):
        return None
    changed, given = (found.changed + _CHANGED_LEAST,), found.given if len(found.rows) >= _LEARN else None
    wider = scene.around(copied, centre, ALSO_MATCH, changed=changed, shortest=shortest, given=given)
    return found if wider is None else replace(wider, nats=found.nats)


def _search(ballots: Ballots, natural: Nature, comparison: Comparison) -> list[_Found]:
    """Sets, the strongest evidence first; what is found is taken out before the next is judged."""
    least = -float(np.log(CHANCE))
    free = np.ones(ballots.count, bool)
    queue: list[tuple[float, int, int, Likely]] = []

    def put(likely: Likely, turn: int) -> None:
        open_to = free[likely.rows]
        rest = replace(likely, rows=likely.rows[open_to], nats=likely.nats[open_to])
        size, evidence = evidence_of(rest, ballots.count)
        if size + 1 >= LEAST_SET and evidence >= least and free[rest.probe]:
            heapq.heappush(queue, (-evidence, rest.probe, turn, rest))

    for number, likely in enumerate(likely_copies(ballots, natural, comparison)):
        put(likely, number)
    turn = len(queue) + ballots.count
    sets: list[_Found] = []
    while queue:
        _, _, _, likely = heapq.heappop(queue)
        if not (free[likely.probe] and free[likely.rows].all()):
            turn += 1
            put(likely, turn)
            continue
        found = _refined(_Scene(ballots=ballots, natural=natural, free=free), likely)
        if found is None or len(found.rows) < LEAST_SET or found.nats < least:
            continue
        free[found.rows] = False
        sets.append(found)
    return sets


def _clone_set(found: _Found, ballots: Ballots, span: float | None) -> CloneSet:
    together = None
    if span is not None and ballots.votes.times is not None:
        starts, times = ballots.votes.starts, ballots.votes.times
        firsts = np.sort([times[starts[row] : starts[row + 1]].min() for row in found.rows])
        together = int((np.searchsorted(firsts, firsts + span, side="right") - np.arange(len(firsts))).max())
    return CloneSet(
        members=np.sort(ballots.order[found.rows]),
        identical=int(np.bincount(ballots.same[found.rows]).max()),
        votes=found.votes,
        agreement=found.agreement,
        log10_chance=-found.nats / float(np.log(10)),
        together=together,
    )


def find_clones(votes: Votes, *, span: float | None = None) -> Clones:
    """Sets of ballots that are copies of one, beyond what chance explains.

    Parameters
    ----------
    votes
        The votes. Statements moderated out are votes like others here.
    span
        Where votes have times: a length of time, in their unit. For each set, the most first votes within
        one such span are counted. Told beside the evidence, no part of it.

    Notes
    -----
    For ballots q and b the likelihood ratio of "q copies b, changing a part of the votes" to "q votes for
    themselves" is an e-value; its own-vote model is that of :func:`~.ballots.surprise`. Around each b,
    e-values are judged together so that at most a twentieth of a set is there by chance; a set's own evidence
    pays for every choice of b, of size and of members, and is told from ``CHANCE`` on. From eight ballots the
    copied one is put together anew, and a ballot much shorter or longer than its copies are is left out, as
    that of a person who thinks alike (:func:`~.likeness.length_cost`). What is natural is then estimated
    again without the copies, up to three times.
    Ballots are taken in an order of their content: names and order of votes change nothing.

    References
    ----------
    See :mod:`.likeness`.
    """
    ballots = canonical(votes)
    sets: list[_Found] = []
    if len(votes.values):
        comparison = compared(ballots)
        made = int(np.clip(_MADE // ballots.count, 1, 8))
        crowding = comparison.crowding()
        weights = 1.0 / crowding
        for _ in range(_ROUNDS if ballots.count <= ALL_PROBES else _ROUNDS_OF_MANY):
            natural = nature(ballots, weights, _parts(ballots, weights), made)
            sets = _search(ballots, natural, comparison)
            now = 1.0 / crowding
            for found in sets:
                now[found.rows] = np.minimum(now[found.rows], 1.0 / len(found.rows))
            if np.array_equal(now, weights):
                break
            weights = now
    told = sorted(
        (_clone_set(found, ballots, span) for found in sets),
        key=lambda each: (-each.size, each.log10_chance, each.votes, each.agreement),
    )
    set_of = np.full(ballots.count, -1, np.int64)
    for number, each in enumerate(told):
        set_of[each.members] = number
    return Clones(sets=tuple(told), set_of=set_of, participants=votes.participants)
