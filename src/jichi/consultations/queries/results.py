"""The result of a consultation: as it stands now for those who prepare it, or as it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.conf import settings
from django.utils import translation

from jichi.consultations.enums import Audience, VersionKind
from jichi.consultations.models import Consultation, Disposition, ResultEdition
from jichi.consultations.result import (
    Apart,
    ChannelRow,
    CodeRow,
    OpinionRow,
    Passage,
    Result,
    TextRow,
    Texts,
    TopicRow,
    from_json,
)
from jichi.methods.deadlines import days_in_period
from jichi.ui.content import SOURCE_LANGUAGE
from jichi.voices.enums import Channel
from jichi.voices.models import OpinionSet, Topic
from jichi.voices.queries.public import public_texts

from .counting import Cell, Counted, counted, not_shown, refused_reasons
from .passages import passages_of, text_of
from .schemes import texts_of

Key = tuple[int | None, int | None]


def edition_of(consultation: Consultation, number: int | None = None) -> ResultEdition | None:
    """A published edition of the result, the newest where no number is asked for."""
    rows = consultation.editions.order_by("-number")
    return (rows.filter(number=number) if number is not None else rows).first()


def editions_of(consultation: Consultation) -> list[ResultEdition]:
    """All editions without their content, the newest first."""
    return list(consultation.editions.defer("content").order_by("-number"))


def published_result(consultation: Consultation, number: int | None = None) -> Result | None:
    """The result exactly as it was published; None where there is none."""
    if consultation.result_published_at is None:
        return None
    rows = consultation.editions.order_by("-number")
    found = (rows.filter(number=number) if number is not None else rows).values_list("pk", "digest").first()
    return _read_edition(*found) if found is not None else None


@lru_cache(maxsize=4)
def _read_edition(edition_id: int, digest: str) -> Result:
    """An edition as data; remembered, for it never changes and a large one takes long to read."""
    return from_json(ResultEdition.objects.get(pk=edition_id, digest=digest).content)


def result_of(consultation: Consultation) -> Result:
    """The result as it stands now: a preview for the staff, with what is missing counted."""
    desk_id = consultation.desk_id
    found = counted(desk_id) if desk_id is not None else Counted()
    dispositions = list(
        Disposition.objects.filter(consultation=consultation).select_related("undertaking").order_by("pk")
    )
    sets = {
        one.pk: one for one in OpinionSet.objects.filter(desk_id=desk_id or 0).only("pk", "title", "topic_id")
    }
    topics = _Topics(_named(consultation, Topic.objects.filter(desk_id=desk_id or 0).order_by("order", "pk")))
    maker = _Rows(dispositions, sets, topics)
    rows = maker.made(found.cells)
    late_rows = maker.made(found.late_cells, disposed_only=True)
    codes = _codes(consultation, rows)
    changing = {one.code for one in codes if one.changes_draft}
    draft, final, passages = _texts(consultation, rows)
    opinions, submissions = sum(row.opinions for row in rows), found.submissions.total()
    withheld, pending = not_shown(desk_id) if desk_id is not None else ({}, 0)
    first, last = consultation.first_day, consultation.last_day
    return Result(
        key=consultation.key,
        title=_all_of(consultation, "title"),
        kind=consultation.kind,
        legal_basis=consultation.legal_basis,
        department=_all_of(consultation.department, "name"),
        first_day=first,
        last_day=last,
        days=days_in_period(first, last) if first is not None and last is not None else 0,
        short_reason=consultation.short_reason,
        scheme=str(consultation.scheme),
        submissions=submissions,
        opinions=opinions,
        distinct=len(rows),
        changed=sum(row.opinions for row in rows if row.code in changing),
        nothing_received=not submissions,
        withdrawn_reason=consultation.withdrawn_reason,
        channels=_channels(consultation, found),
        codes=codes,
        topics=topics.counted(rows),
        rows=rows,
        passages=passages,
        apart=Apart(
            late_submissions=found.late_submissions,
            late_opinions=sum(cell.opinions for cell in found.late_cells.values()),
            late_rows=late_rows,
            withheld=sum(withheld.values()),
            withheld_reasons=withheld,
            pending=pending,
            not_to_publish=found.not_to_publish,
            refused=found.refused,
            refused_reasons=refused_reasons(desk_id) if found.refused and desk_id is not None else {},
            withdrawn=found.withdrawn,
        ),
        draft=draft,
        final=final,
        undisposed=sum(row.opinions for row in rows if not row.code),
        undivided=found.undivided,
        is_sample=consultation.is_sample,
    )


def _all_of(row: object, field: str) -> Texts:
    """One text of a row in every language it has."""
    found = {SOURCE_LANGUAGE: str(getattr(row, field, "") or "")}
    for language, texts in (getattr(row, "translations", None) or {}).items():
        if texts.get(field):
            found[language] = str(texts[field])
    return found if found[SOURCE_LANGUAGE] else {}


def _proposed(row: Topic) -> Texts:
    return {SOURCE_LANGUAGE: row.proposed} if row.proposed else {}


# --- rows -------------------------------------------------------------------------------------------------
def _named(consultation: Consultation, rows: Iterable[Topic]) -> list[Topic]:
    """The topics, without a proposed name that no public text has: it is a stretch of what somebody said."""
    listed = list(rows)
    for row in listed:
        if row.proposed and not row.title and consultation.desk is not None:
            public = public_texts(consultation.desk).filter(masked__contains=row.proposed)
            row.proposed = row.proposed if public.exists() else ""
    return listed


class _Topics:
    """The topics of a desk, in their order; what is in none, or in one that is gone, comes last."""

    def __init__(self, rows: Iterable[Topic]) -> None:
        self._rows = list(rows)
        self._keys = {row.pk: row.key for row in self._rows if not row.is_gone}
        self._place = {key: number for number, key in enumerate(self._keys.values())}

    def key_of(self, topic_id: int | None) -> str:
        return self._keys.get(topic_id, "") if topic_id is not None else ""

    def place(self, key: str) -> int:
        return self._place.get(key, len(self._place))

    def counted(self, rows: Iterable[OpinionRow]) -> tuple[TopicRow, ...]:
        """Each topic with the opinions put into it itself; a topic above others does not count theirs."""
        opinions: Counter[str] = Counter()
        numbers: Counter[str] = Counter()
        codes: dict[str, Counter[str]] = {}
        for row in rows:
            opinions[row.topic] += row.opinions
            numbers[row.topic] += 1
            codes.setdefault(row.topic, Counter())[row.code] += row.opinions
        titled = [
            (row.key, self.key_of(row.parent_id), _all_of(row, "title") or _proposed(row))
            for row in self._rows
            if not row.is_gone
        ]
        titled += [("", "", {})] if numbers[""] else []
        return tuple(
            TopicRow(
                key=key,
                parent=parent,
                title=title,
                opinions=opinions[key],
                rows=numbers[key],
                by_code=dict(sorted(codes.get(key, Counter()).items())),
            )
            for key, parent, title in titled
        )


class _Rows:
    """Makes rows of counted cells: one for each set, and one for each opinion with its own disposition."""

    def __init__(
        self, dispositions: Iterable[Disposition], sets: Mapping[int, OpinionSet], topics: _Topics
    ) -> None:
        listed = list(dispositions)
        self._by_set = {one.set_id: one for one in listed if one.set_id is not None}
        self._by_id = {one.pk: one for one in listed}
        self._sets, self._topics = sets, topics

    def made(self, cells: Mapping[Key, Cell], *, disposed_only: bool = False) -> tuple[OpinionRow, ...]:
        """The rows in the order of topics, the largest first, numbered from 1."""
        found = [self._sorting(key, cell) for key, cell in cells.items()]
        if disposed_only:
            found = [one for one in found if self._disposition(one[1]) is not None]
        found.sort(key=lambda one: one[0])
        return tuple(
            self._row(number, key, cell) for number, (_order, key, cell) in enumerate(found, start=1)
        )

    def _disposition(self, key: Key) -> Disposition | None:
        set_id, own = key
        if own is not None:
            return self._by_id.get(own)
        return self._by_set.get(set_id) if set_id is not None else None

    def _topic(self, key: Key) -> str:
        one = self._sets.get(key[0]) if key[0] is not None else None
        return self._topics.key_of(one.topic_id) if one is not None else ""

    def _sorting(self, key: Key, cell: Cell) -> tuple[tuple[int, int, int, int], Key, Cell]:
        order = (self._topics.place(self._topic(key)), -cell.opinions, key[0] or 0, key[1] or 0)
        return order, key, cell

    def _row(self, number: int, key: Key, cell: Cell) -> OpinionRow:
        disposition, one = self._disposition(key), self._sets.get(key[0] or 0)
        titled = _all_of(one, "title") if one is not None else {}
        undertaking = disposition.undertaking if disposition is not None else None
        return OpinionRow(
            number=number,
            set=key[0],
            opinion=disposition.opinion_id if disposition is not None else None,
            topic=self._topic(key),
            summary=_all_of(disposition, "summary") if disposition is not None else titled,
            view=_all_of(disposition, "view") if disposition is not None else {},
            change=_all_of(disposition, "change") if disposition is not None else {},
            code=disposition.code if disposition is not None else "",
            opinions=cell.opinions,
            submissions=cell.submissions,
            undertaking=undertaking.reference if undertaking is not None else "",
        )


# --- the table's heads --------------------------------------------------------------------------------
def _codes(consultation: Consultation, rows: Iterable[OpinionRow]) -> tuple[CodeRow, ...]:
    opinions: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for row in rows:
        opinions[row.code] += row.opinions
        numbers[row.code] += 1
    return tuple(
        CodeRow(
            code=item["code"],
            title=texts_of(item, "title"),
            meaning=texts_of(item, "meaning"),
            changes_draft=item["changes_draft"],
            opinions=opinions[item["code"]],
            rows=numbers[item["code"]],
        )
        for item in consultation.scheme.codes
    )


def _channels(consultation: Consultation, found: Counted) -> tuple[ChannelRow, ...]:
    """The city's columns in its order; a channel the city names no column for has one of its own."""
    opinions: Counter[str] = Counter()
    for cell in found.cells.values():
        opinions.update(cell.by_channel)
    columns: dict[str, tuple[Texts, list[str]]] = {}
    for item in consultation.scheme.channels:
        columns.setdefault(item["column"], (texts_of(item, "column"), []))[1].append(item["channel"])
    named = {channel for _title, channels in columns.values() for channel in channels}
    for channel in Channel.values:
        if channel not in named and found.submissions[channel]:
            columns[f"channel:{channel}"] = (_label(channel), [channel])
    return tuple(
        ChannelRow(
            title=title,
            channels=tuple(channels),
            submissions=sum(found.submissions[one] for one in channels),
            opinions=sum(opinions[one] for one in channels),
        )
        for title, channels in columns.values()
    )


def _label(channel: str) -> Texts:
    found: Texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = str(Channel(channel).label)
    return found


def _texts(
    consultation: Consultation, rows: Iterable[OpinionRow]
) -> tuple[TextRow | None, TextRow | None, tuple[Passage, ...]]:
    draft = text_of(consultation, Audience.FULL)
    final = text_of(consultation, Audience.FULL, kind=VersionKind.FINAL)
    shown = tuple(
        TextRow(title=one.title, number=one.number, digest=one.digest) if one is not None else None
        for one in (draft, final)
    )
    if draft is None or final is None:
        return shown[0], shown[1], ()
    numbers = {row.set: row.number for row in rows if row.set is not None and row.opinion is None}
    return shown[0], shown[1], passages_of(draft, final, numbers)
