"""What people said to the consultations of a sample pack, and all that the city did with it.

Everything goes through the acts of the pages, in the order in which an office does it; what is there already
stays, so that an interrupted run goes on where it was. Who said what, when and by which channel follows from
the place in the file alone.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.consultations.models import Consultation, Disposition, PassageChange
from jichi.voices.enums import Decision, EndKind, Purpose
from jichi.voices.models import Desk, OpinionSet, Topic, Voice, Wording
from jichi.voices.queries.texts import TEXT
from jichi.voices.services import (
    decide_many,
    decide_wording,
    divide_new,
    end_voice,
    enter_for,
    merge_sets,
    new_topic,
    put_many_in_topic,
    receive,
    rename_set,
    split_set,
)
from jichi.voices.services.grouping import group_near

from .disposing import dispose
from .explaining import explain_change
from .packs import Facts, at_entry, bring_text, id_of, moment_of
from .results import publish_result

SCHEMA = "consultations/schema/jichi-consultation-voices-1.schema.json"
_BY_ONESELF = frozenset({"web", "email"})
_CHANNELS = (
    *("web", "web", "post", "web", "email", "fax", "web", "counter", "web", "email"),
    *("web", "post", "web", "telephone", "web", "fax", "meeting", "web", "email", "counter"),
)
_AREAS = ("あさひ野区", "かわべ区", "おかのうえ区")
_CLOSING = "以上、よろしくお願いいたします。"
_TRUSTING_EVERY, _WITH_CONTACT_EVERY, _WITH_AREA_EVERY = 40, 5, 3

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class VoicesReport:
    """What a run did."""

    voices: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Said:
    """One submission: its name in the pack, its text, and the passage it was written under."""

    key: str
    text: str
    language: str = "ja"
    anchor: str = ""


@dataclass(slots=True)
class _Run:
    """One consultation whose voices are brought."""

    viewer: Viewer
    pack: Pack
    data: Facts
    row: Consultation
    desk: Desk

    @property
    def arguments(self) -> dict[str, Facts]:
        return {item["key"]: item for item in self.data["arguments"]}

    def intake_key(self, said: _Said) -> str:
        return f"sample:{self.row.key}:{said.key}"


def bring_voices(*, viewer: Viewer, pack: Pack, progress: Progress | None = None) -> VoicesReport:
    """Bring the voices of a sample pack's consultations, and what was done with them, up to the result.

    ``viewer`` is a part of the system ("demo"): only that may enter what lies back.

    Raises:
        NotAllowed; Invalid: naming the file and what in it does not fit the consultation.
    """
    report = VoicesReport()
    names = pack.files("consultation_voices") if pack.is_sample else []
    for number, name in enumerate(names):
        data = pack.data(name, SCHEMA)
        with at_entry(name):
            _bring(viewer, pack, data, report)
        if progress is not None:
            progress(number + 1, len(names))
    return report


def _bring(viewer: Viewer, pack: Pack, data: Facts, report: VoicesReport) -> None:
    row = Consultation.objects.select_related("desk").get(pk=id_of(pack.key, data["consultation"]))
    assert row.desk is not None
    run = _Run(viewer, pack, data, row, row.desk)
    said, last = list(_said(data)), list(_simple(data, "undivided"))
    if _is_done(run, [*said, *last]):
        report.kept += len(said) + len(last)
        return
    for number, one in enumerate(said):
        report.voices += _receive(run, number, one)
    _late(run)
    _withdraw(run)
    divide_new(viewer=viewer, desk_id=run.desk.pk)
    group_near(viewer=viewer, desk_id=run.desk.pk)
    _shape(run)
    _decide(run)
    _dispose(run)
    if "result" in data:
        _publish(run)
    for number, one in enumerate(last):
        report.voices += _receive(run, len(said) + number, one)
    for purpose in (Purpose.ACCOMMODATION, Purpose.APPEALS):
        _requests(run, purpose)


def _is_done(run: _Run, said: list[_Said]) -> bool:
    if "result" in run.data:
        return run.row.result_published_at is not None
    keys = Voice.objects.filter(desk=run.desk, intake_key__startswith="sample:")
    return set(keys.values_list("intake_key", flat=True)) >= {run.intake_key(one) for one in said}


# --- what is said -----------------------------------------------------------------------------------------
def _texts(argument: Facts) -> list[dict[str, Any]]:
    return [{"text": one} if isinstance(one, str) else dict(one) for one in argument["texts"]]


def _said(data: Facts) -> Iterator[_Said]:
    """Every submission that is worked on, those of different arguments mixed as in a real pile."""
    piles = []
    for item in data["arguments"]:
        piles.append(
            [
                _Said(
                    f"{item['key']}-{place}-{time}",
                    one["text"],
                    one.get("language", "ja"),
                    item.get("anchor", ""),
                )
                for place, one in enumerate(_texts(item))
                for time in range(one.get("times", 1))
            ]
        )
    while any(piles):
        for pile in piles:
            if pile:
                yield pile.pop(0)
    arguments = {item["key"]: _texts(item) for item in data["arguments"]}
    for number, keys in enumerate(data.get("together", ())):
        chosen = [arguments[key][number % len(arguments[key])]["text"] for key in keys]
        yield _Said(f"together-{number}", "\n\n".join([*chosen, _CLOSING]))
    yield from _simple(data, "withdrawn")


def _simple(data: Facts, kind: str) -> Iterator[_Said]:
    for number, text in enumerate(data.get(kind, ())):
        yield _Said(f"{kind}-{number}", text)


def _receive(run: _Run, number: int, said: _Said, *, at: datetime.datetime | None = None) -> int:
    """Take in one submission; 1 where it is new."""
    channel = _CHANNELS[number % len(_CHANNELS)]
    people = run.data.get("people") or [{}]
    common: dict[str, Any] = {
        "desk_id": run.desk.pk,
        "channel": channel,
        "text": said.text,
        "language": said.language,
        "intake_key": run.intake_key(said),
        "may_publish": number % _TRUSTING_EVERY != _TRUSTING_EVERY - 1,
        "received_at": at or _moment(run, number),
        "is_sample": True,
    }
    if number % _WITH_CONTACT_EVERY == 0:
        common["contact"] = people[number // _WITH_CONTACT_EVERY % len(people)]
    if number % _WITH_AREA_EVERY == 0:
        common["fields"] = {"area": _AREAS[number // _WITH_AREA_EVERY % len(_AREAS)]}
    if said.anchor and channel == "web":
        passage = {"start": 0, "end": len(said.text), "anchor": said.anchor, "question": ""}
        common["passages"] = [passage]
    if channel in _BY_ONESELF:
        return int(receive(viewer=system_viewer("intake"), **common).is_new)
    return int(enter_for(viewer=run.viewer, **common).is_new)


def _moment(run: _Run, number: int) -> datetime.datetime:
    """When a submission came: spread over the days of the period that are over, in office hours."""
    opens, closes = run.desk.opens_at, run.desk.closes_at
    assert opens is not None and closes is not None
    days = max(1, (min(closes, timezone.now()) - opens).days)
    return opens + datetime.timedelta(days=number * 7 % days, hours=9 + number % 9, minutes=number * 13 % 60)


def _late(run: _Run) -> None:
    """What came after the last day: kept as late, and noted."""
    for number, said in enumerate(_simple(run.data, "late")):
        assert run.desk.closes_at is not None
        _receive(run, 2 + number, said, at=run.desk.closes_at + datetime.timedelta(days=number + 1, hours=10))
        row = Voice.objects.get(desk=run.desk, intake_key=run.intake_key(said))
        if not row.end:
            end_voice(viewer=run.viewer, voice_id=row.pk, version=None, kind=EndKind.NOTED)


def _withdraw(run: _Run) -> None:
    for said in _simple(run.data, "withdrawn"):
        row = Voice.objects.get(desk=run.desk, intake_key=run.intake_key(said))
        if not row.end:
            end_voice(viewer=run.viewer, voice_id=row.pk, version=None, kind=EndKind.WITHDRAWN)


def _requests(run: _Run, purpose: Purpose) -> None:
    """What was asked or objected to at the desks beside that of opinions."""
    name = "accommodation" if purpose == Purpose.ACCOMMODATION else "appeals"
    desk = Desk.objects.get(context=run.row.context, purpose=purpose)
    for number, item in enumerate(run.data.get(name, ())):
        said = _Said(f"{name}-{number}", item["text"])
        made = receive(
            viewer=system_viewer("intake"),
            desk_id=desk.pk,
            channel="web",
            text=said.text,
            intake_key=run.intake_key(said),
            contact=(run.data.get("people") or [{}])[0],
            received_at=_moment(run, 11 + number),
            is_sample=True,
        )
        if made.is_new and item.get("replied"):
            end_voice(
                viewer=run.viewer,
                voice_id=made.voice.pk,
                version=None,
                kind=EndKind.REPLIED,
                reason=item["replied"],
            )


# --- what the office does with it -------------------------------------------------------------------------
def _plain(text: str) -> str:
    return "".join(text.split())


def _members(run: _Run) -> dict[str, list[tuple[Any, Facts]]]:
    """The distinct texts of each argument, with what the pack says of them."""
    told = {_plain(one["text"]): (item["key"], one) for item in run.data["arguments"] for one in _texts(item)}
    found: dict[str, list[tuple[Any, Facts]]] = defaultdict(list)
    rows = Wording.objects.filter(desk=run.desk, size__gt=0).annotate(text=TEXT).order_by("pk")
    for row in rows:
        entry = told.get(_plain(row.text or ""))
        if entry is None:
            sentence = _("A submission holds a part that no argument of the file says: “%(text)s”.")
            raise Invalid({"arguments": [sentence % {"text": (row.text or "")[:80]}]})
        found[entry[0]].append((row, entry[1]))
    return found


def _shape(run: _Run) -> None:
    """One set for each argument, by what an officer does: divide, put together, name, put into a topic."""
    members = _members(run)
    argument_of = {row.pk: key for key, rows in members.items() for row, _told in rows}
    _divide_sets(run, argument_of)
    in_topic: dict[str, list[int]] = defaultdict(list)
    for key, item in run.arguments.items():
        ids = [pk for pk, argument in argument_of.items() if argument == key]
        rows = OpinionSet.objects.filter(members__in=ids).distinct().order_by("-size", "pk")
        sets = list(rows)
        if not sets:
            continue
        if len(sets) > 1:
            merge_sets(viewer=run.viewer, set_ids=[one.pk for one in sets[1:]], into=sets[0].pk)
        if sets[0].title != item["title"]:
            rename_set(viewer=run.viewer, set_id=sets[0].pk, version=None, title=item["title"])
        in_topic[item["topic"]].append(sets[0].pk)
    for topic in run.data["topics"]:
        row = Topic.objects.filter(desk=run.desk, title=topic["title"], is_gone=False).first()
        if row is None:
            row = new_topic(viewer=run.viewer, desk_id=run.desk.pk, title=topic["title"])
        if in_topic[topic["key"]]:
            put_many_in_topic(viewer=run.viewer, set_ids=in_topic[topic["key"]], topic_id=row.pk)


def _divide_sets(run: _Run, argument_of: Mapping[int, str]) -> None:
    """Where texts are alike that say different things, each argument leaves the set for one of its own."""
    together: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = Wording.objects.filter(pk__in=list(argument_of), set__isnull=False).order_by("pk")
    for pk, set_id in rows.values_list("pk", "set_id"):
        assert set_id is not None
        together[set_id][argument_of[pk]].append(pk)
    for set_id, arguments in together.items():
        for ids in list(arguments.values())[1:]:
            split_set(viewer=run.viewer, set_id=set_id, version=None, wording_ids=ids)


def _decide(run: _Run) -> None:
    """What of each distinct text is shown: most at once, those with something to mask one by one."""
    plain = []
    for rows in _members(run).values():
        for row, told in rows:
            if row.decision != Decision.PENDING or told.get("pending"):
                continue
            if not (row.proposed_spans or told.get("mask") or told.get("withheld")):
                plain.append(row.pk)
                continue
            _decide_one(run, row, told)
    if plain:
        decide_many(viewer=run.viewer, wording_ids=plain, decision=Decision.SHOWN)


def _decide_one(run: _Run, row: Any, told: Facts) -> None:
    common: dict[str, Any] = {"viewer": run.viewer, "wording_id": row.pk, "version": None}
    if told.get("withheld"):
        decide_wording(decision=Decision.WITHHELD, reason=told["withheld"], **common)
        return
    spans = [
        {"start": at, "end": at + len(one["text"]), "kind": one["kind"]}
        for one in told.get("mask", ())
        if (at := row.text.find(one["text"])) >= 0
    ]
    decide_wording(decision=Decision.MASKED if spans else Decision.SHOWN, spans=spans, **common)


def _set_of(run: _Run, key: str) -> int:
    title = run.arguments[key]["title"]
    return OpinionSet.objects.get(desk=run.desk, title=title, merged_into=None).pk


def _dispose(run: _Run) -> None:
    result = run.data.get("result") or {}
    at = moment_of(result["decided_at"]) if "decided_at" in result else None
    for key, item in run.arguments.items():
        if "code" not in item or Disposition.objects.filter(set_id=_set_of(run, key)).exists():
            continue
        promise = dict(item["promise"]) if "promise" in item else None
        if promise is not None:
            promise["due_on"] = datetime.date.fromisoformat(promise["due_on"])
        dispose(
            viewer=run.viewer,
            consultation_id=run.row.pk,
            set_id=_set_of(run, key),
            code=item["code"],
            summary=item["title"],
            view=item["view"],
            change=item.get("change", ""),
            promise=promise,
            translations=item.get("translations"),
            at=at,
        )


def _publish(run: _Run) -> None:
    """The final text, why each of its passages differs, and the result."""
    result = run.data["result"]
    decided = moment_of(result.get("decided_at", result["at"]))
    final = run.row.texts.filter(kind="final").order_by("-number").values_list("pk", flat=True).first()
    if final is None:
        entry = {"file": result["file"], "kind": "final"}
        final = bring_text(run.viewer, run.pack, run.row, entry, at=decided)
    explained = set(PassageChange.objects.filter(text_id=final).values_list("anchor", flat=True))
    for change in result["changes"]:
        if change["anchor"] in explained:
            continue
        explain_change(
            viewer=run.viewer,
            text_id=final,
            anchor=change["anchor"],
            reason=change["reason"],
            behind=[_set_of(run, key) for key in change.get("behind", ())],
            against=[_set_of(run, key) for key in change.get("against", ())],
            at=decided,
        )
    publish_result(viewer=run.viewer, consultation_id=run.row.pk, version=None, at=moment_of(result["at"]))
