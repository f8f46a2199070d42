"""Submissions (通) into opinions (件): proposed by rule for each new voice, corrected by an officer.

The parts of a voice rebuild its original: no character is lost. Each distinct text of a desk is one
``Wording``, however often it was sent; what should be masked in it is proposed once, when it first comes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone

from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.trail import act, record
from jichi.methods import masking
from jichi.voices.actions import WORK
from jichi.voices.enums import EndKind, PartKind
from jichi.voices.models import Contact, Desk, GroupingRun, Opinion, Voice, Wording

from .pacing import Pace, insert_rows
from .parting import Piece, digest_of_text, pieces_of
from .preparing import CONTACT_PLACE

NAMES_FROM = ("name", "organisation")
"""Fields of a contact that are looked for in what its sender wrote."""
_SHORT, _MOST_COPIES = 2000, 20_000
"""Characters and number of the submissions whose parts are remembered for their copies."""


@dataclass(frozen=True, slots=True)
class Read:
    """An undivided voice with its parts; ``texts`` has the digest of each opinion, None for a frame."""

    voice_id: int
    language: str
    text: str
    pieces: list[Piece]
    digests: list[str | None]
    has_contact: bool


@dataclass(slots=True)
class Divided:
    """What one piece of work did; ``is_done``: no voice of the desk is undivided."""

    voices: int = 0
    opinions: int = 0
    wordings: int = 0
    is_done: bool = False


@dataclass(slots=True)
class Known:
    """The texts of a desk that one run of the worker has met: their ids by digest, and the parts of whole
    submissions, for copies of them."""

    desk: Desk
    ids: dict[str, int] = field(default_factory=dict)
    without_sample: set[int] = field(default_factory=set)
    copies: dict[str, tuple[list[Piece], list[str | None]]] = field(default_factory=dict)

    def look_up(self, digests: Iterable[str]) -> None:
        """Learn the ids of those that there are."""
        wanted = sorted(set(digests) - self.ids.keys())
        if wanted:
            rows = Wording.objects.filter(desk=self.desk, digest__in=wanted).order_by()
            for digest, pk, sample in rows.values_list("digest", "pk", "sample_id"):
                self.ids[digest] = pk
                if not sample:
                    self.without_sample.add(pk)


def divide_new(*, viewer: Viewer, desk_id: int, seconds: float | None = None) -> Divided:
    """Divide the voices of a desk that nobody divided yet, for at most about ``seconds``.

    Chunks hold the lock for less than a tenth of a second each. Stopped at any moment, it goes on where it
    was. One entry in the trail says how many there were.

    Raises:
        NotAllowed; Desk.DoesNotExist.
    """
    desk = Desk.objects.get(pk=desk_id)
    viewer.require(WORK, desk)
    done, known, pace = Divided(), Known(desk), Pace()
    started, began = time.monotonic(), timezone.now()
    after = 0
    while seconds is None or time.monotonic() - started < seconds:
        read = _read(known, after, pace.size)
        if not read:
            done.is_done = True
            break
        after = read[-1].voice_id
        _divide_some(known, read, pace, done)
    if done.voices:
        with act(viewer, WORK, desk):
            _keep_run(desk, began, done)
            record(viewer, WORK, desk, fields={"divided": done.voices}, count=done.voices)
    return done


def _keep_run(desk: Desk, began: Any, done: Divided) -> None:
    stage = GroupingRun.Stage.DIVIDE
    last = GroupingRun.objects.filter(desk=desk, stage=stage).first()
    row = last or GroupingRun(desk=desk, stage=stage)
    row.started_at, row.finished_at = began, timezone.now()
    row.seen, row.found = done.voices, done.opinions
    row.save()


def _read(known: Known, after: int, count: int) -> list[Read]:
    """Undivided voices with their parts. What was sealed or destroyed has none."""
    rows = (
        Voice.objects.filter(desk=known.desk, divided_at__isnull=True, pk__gt=after)
        .order_by("pk")
        .values_list("pk", "language", "end", "has_contact", "original__text", "original__passages")[:count]
    )
    found = []
    for pk, language, end, has_contact, text, passages in rows:
        said = "" if end == EndKind.SEALED else text or ""
        pieces, digests = _parts_of(known, said, passages or ())
        found.append(Read(pk, language, said, pieces, digests, has_contact))
    return found


def _parts_of(
    known: Known, said: str, passages: Sequence[Mapping[str, Any]]
) -> tuple[list[Piece], list[str | None]]:
    if not passages and said in known.copies:
        return known.copies[said]
    key, pieces = keys.key("digest"), pieces_of(said, passages)
    digests = [digest_of_text(said[one.start : one.end], key) if one.is_opinion else None for one in pieces]
    if not passages and len(said) < _SHORT and len(known.copies) < _MOST_COPIES:
        known.copies[said] = pieces, digests
    return pieces, digests


def _divide_some(known: Known, read: Sequence[Read], pace: Pace, done: Divided) -> None:
    known.look_up(one for each in read for one in each.digests if one is not None)
    fresh = _fresh(known, read)
    with pace.transaction():
        ids = [each.voice_id for each in read]
        # Whoever divided or sealed one of them meanwhile is not undone.
        still = set(
            Voice.objects.select_for_update(of=("self",))
            .filter(pk__in=ids, divided_at__isnull=True, original__destroyed_at__isnull=True)
            .exclude(end=EndKind.SEALED)
            .order_by()
            .values_list("pk", flat=True)
        )
        live = [each for each in read if each.voice_id in still]
        _keep_said(known, fresh, live)
        opinions = [row for each in live for row in rows_of(each, known.ids)]
        insert_rows(Opinion, OPINION_FIELDS, opinions)
        bare = known.without_sample & {row[5] for row in opinions}
        point_at_samples(bare)
        known.without_sample -= bare
        Voice.objects.filter(pk__in=ids, divided_at__isnull=True).update(divided_at=timezone.now())
    done.voices += len(read)
    done.opinions += sum(1 for row in opinions if row[5] is not None)
    done.wordings += len(fresh)


def _keep_said(known: Known, fresh: Sequence[Wording], live: Sequence[Read]) -> None:
    """Save the new texts of voices that are still there. A text that was emptied since this run met it, as
    its one voice was sealed, is made anew: its row stands for nothing any more.
    """
    said = {one for each in live for one in each.digests if one is not None}
    rows = Wording.objects.select_for_update(no_key=True).filter(desk=known.desk, digest__in=sorted(said))
    standing = dict(rows.order_by("pk").values_list("digest", "pk"))
    for digest in said - standing.keys():
        known.ids.pop(digest, None)
    keep_wordings(known, [row for row in fresh if row.digest in said])
    if said - known.ids.keys():
        keep_wordings(known, _fresh(known, live))


def _fresh(known: Known, read: Sequence[Read]) -> list[Wording]:
    """Rows for the texts that this desk has not met, with what should be masked in them."""
    firsts: dict[str, tuple[Read, Piece]] = {}
    for each in read:
        for piece, digest in zip(each.pieces, each.digests, strict=True):
            if digest is not None and digest not in known.ids:
                firsts.setdefault(digest, (each, piece))
    names = names_of([each.voice_id for each, _ in firsts.values() if each.has_contact])
    return [
        new_wording(
            known.desk,
            digest,
            each.text[piece.start : piece.end],
            language=each.language,
            names=names.get(each.voice_id, ()),
        )
        for digest, (each, piece) in firsts.items()
    ]


def new_wording(desk: Desk, digest: str, text: str, *, language: str, names: Sequence[str]) -> Wording:
    """A row for a text, not yet saved."""
    return Wording(
        desk=desk,
        digest=digest,
        length=len(text),
        language=language,
        proposed_spans=[
            {"start": span.start, "end": span.end, "kind": span.kind.value, "reason": span.reason}
            for span in masking.propose(text, places=tuple(desk.places), names=tuple(names))
        ],
    )


def keep_wordings(known: Known, fresh: Sequence[Wording]) -> None:
    """Save new texts; one that somebody else saved meanwhile stays as it is."""
    if fresh:
        Wording.objects.bulk_create(fresh, ignore_conflicts=True)
        known.look_up(row.digest for row in fresh)


def names_of(voice_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """How the senders of these voices call themselves: opened here alone, in memory, and never kept."""
    found: dict[int, tuple[str, ...]] = {}
    rows = Contact.objects.select_related("subject").filter(voice_id__in=list(voice_ids))
    for row in rows:
        try:
            said = json.loads(keys.decrypt(row.subject, bytes(row.sealed), CONTACT_PLACE))
        except (keys.KeyDestroyed, keys.Damaged):
            continue  # one contact that cannot be read keeps nobody's voice from being divided
        found[row.voice_id] = tuple(said[name] for name in NAMES_FROM if said.get(name))
    return found


OPINION_FIELDS = ("voice", "position", "kind", "start", "end", "wording", "anchor", "question")


def rows_of(each: Read, ids: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """The rows of a voice's parts, as :data:`OPINION_FIELDS`."""
    return [
        (
            each.voice_id,
            position,
            (PartKind.FRAME if digest is None else PartKind.OPINION).value,
            piece.start,
            piece.end,
            None if digest is None else ids[digest],
            piece.anchor,
            piece.question,
        )
        for position, (piece, digest) in enumerate(zip(each.pieces, each.digests, strict=True))
    ]


def point_at_samples(wording_ids: Collection[int]) -> None:
    """Give each of these texts that has no sample the first opinion which has it."""
    if not wording_ids:
        return
    first = Opinion.objects.filter(wording=OuterRef("pk")).order_by().values("wording")
    Wording.objects.filter(pk__in=sorted(wording_ids), sample__isnull=True).update(
        sample_id=Subquery(first.annotate(first=Min("pk")).values("first"))
    )
