"""Answers: drafts that may be changed, and revisions that were handed in and stay.

These acts are called inside an act of the room that asks, which checks whether the viewer may answer this
very thing; the roles of the acts here only say who answers forms at all.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.sheets.carrying import Carried, carry_over, carry_typed
from jichi.sheets.definition import Address, Definition, Filler, Problem, Raw, Severity, Values
from jichi.sheets.models import AnswerRevision, AnswerSet, FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json, raw_from_json, raw_of, raw_to_json, read, tidy, to_json
from jichi.sheets.words import problem_text

OPEN = "sheets.answers:open"
DRAFT = "sheets.answers:draft"
HAND_IN = "sheets.answers:hand_in"
MOVE = "sheets.answers:move"

MOST_CHARACTERS = 2_000_000
"""What a draft may hold in all; far more than a form can ask for."""


class AnswersInvalid(Invalid):
    """Answers that may not be handed in; ``problems`` says the same as ``messages``, with their places."""

    def __init__(self, problems: Sequence[Problem], definition: Definition) -> None:
        self.problems = tuple(problems)
        messages: dict[str, list[str]] = {}
        for problem in self.problems:
            if problem.severity is Severity.ERROR:
                for key in [str(place) for place in problem.places] or [""]:
                    messages.setdefault(key, []).append(problem_text(problem, definition))
        super().__init__(messages)


def open_answers(
    *, viewer: Viewer, form_version: FormVersion, context: str, draft: Raw | None = None
) -> AnswerSet:
    """Begin answers to a version of a form, for the thing that ``context`` names (``app.model:pk``).

    ``draft`` is what stands there from the start, for example what went over from last year.
    """
    with act(viewer, OPEN):
        kept = raw_to_json(draft or {})
        answer_set = AnswerSet.objects.create(
            form_version=form_version,
            context=context,
            draft=kept,
            draft_by=viewer.actor if kept else None,
            draft_at=timezone.now() if kept else None,
        )
        record(viewer, OPEN, answer_set, fields={"context": [None, context]})
    return answer_set


def save_draft(
    *,
    viewer: Viewer,
    answer_set: AnswerSet,
    raw: Raw,
    version: int,
    fill: Filler = Filler.RESPONDENT,
) -> AnswerSet:
    """Keep what was typed, whatever it is; nothing is checked. Parts that ``fill`` does not fill keep theirs.

    Raises:
        NotAllowed; Conflict: somebody else saved since ``version`` (``current`` is what stands); Invalid: too
        much text.
    """
    with act(viewer, DRAFT):
        row = _locked(answer_set)
        definition = definition_of(row.form_version)
        kept = _with_others(row.draft, raw, definition, fill)
        if kept == row.draft:
            return row
        if row.version != version:
            raise Conflict(row)
        if len(json.dumps(kept, ensure_ascii=False)) > MOST_CHARACTERS:
            raise Invalid({"": [_("The answers are too long to be kept. Shorten the texts.")]})
        row.draft, row.draft_by, row.draft_at = kept, viewer.actor, timezone.now()
        row.version += 1
        row.save(update_fields=["draft", "draft_by", "draft_at", "version"])
        record(viewer, DRAFT, row, fields={"draft": CHANGED})
    return row


def hand_in(
    *,
    viewer: Viewer,
    answer_set: AnswerSet,
    raw: Raw,
    version: int,
    channel: str,
    filename: str = "",
    content: bytes | None = None,
    note: str = "",
    at: datetime.datetime | None = None,
    fill: Filler = Filler.RESPONDENT,
) -> AnswerRevision:
    """Hand answers in: a new revision, with the file they came in as evidence; the draft goes.

    The same values as the newest revision's are no new revision: that one is returned, even when ``version``
    is old (the same return twice). Values of parts that ``fill`` does not fill stay as they were. ``at`` is
    the moment of what a pack brings; default: now.

    Raises:
        NotAllowed; Conflict: other answers came in since ``version``; AnswersInvalid: errors, by address.
    """
    with act(viewer, HAND_IN):
        assert viewer.actor is not None  # nobody without a name may do this
        row = _locked(answer_set)
        definition = definition_of(row.form_version)
        typed = _own(raw, definition, fill)
        newest = row.revisions.select_related("form_version").order_by("-number").first()
        known = _standing(newest, row.form_version_id, definition)
        # Problems are worded for the rows as they were typed; kept are the rows numbered anew.
        reading = read(definition, typed, fill=fill, known=known)
        kept = tidy(definition, typed)
        values = read(definition, kept, fill=fill, known=known).values
        if newest is not None and reading.is_acceptable and _says(newest, row, values):
            if row.version == version:
                _drop_draft(viewer, row, definition, fill)
            return newest
        if row.version != version:
            raise Conflict(row)
        if not reading.is_acceptable:
            raise AnswersInvalid(reading.problems, definition)
        revision = AnswerRevision.objects.create(
            answer_set=row,
            number=row.revision + 1,
            form_version=row.form_version,
            values=to_json(values),
            raw=raw_to_json({**raw_of(values, definition), **kept}),
            channel=channel,
            filename=filename[:255],
            sha256=hashlib.sha256(content).hexdigest() if content is not None else "",
            content=content,
            note=note.strip()[:300],
            entered_by=viewer.actor,
            entered_at=at or timezone.now(),
        )
        _point_to(viewer, row, revision, _with_others(row.draft, {}, definition, fill))
    return revision


def _says(revision: AnswerRevision, row: AnswerSet, values: Values) -> bool:
    return revision.form_version_id == row.form_version_id and revision.values == to_json(values)


def _point_to(viewer: Viewer, row: AnswerSet, revision: AnswerRevision, draft: dict[str, str]) -> None:
    row.revision = revision.number
    row.version += 1
    row.draft = draft
    _date_draft(row)
    row.save(update_fields=["revision", "version", "draft", "draft_by", "draft_at"])
    fields = {
        "revision": [revision.number - 1 or None, revision.number],
        "channel": [None, revision.channel],
        "values": CHANGED,
    }
    record(viewer, HAND_IN, row, fields=fields)


def move_to_version(
    *, viewer: Viewer, answer_set: AnswerSet, form_version: FormVersion, version: int
) -> Carried:
    """Go on answering in another version of the same form. Revisions keep the version they were given to.

    The draft, or else the newest revision, is carried over; the result lists what could not go over.

    Raises:
        NotAllowed; Conflict; Invalid: for a version of another form.
    """
    with act(viewer, MOVE):
        row = _locked(answer_set)
        if row.version != version:
            raise Conflict(row)
        if row.form_version.form_id != form_version.form_id:
            raise Invalid({"form_version": [_("That is a version of another form.")]})
        old, new = definition_of(row.form_version), definition_of(form_version)
        carried = carry_typed(_typed(row, old), old, new)
        fields = {"form_version": [row.form_version_id, form_version.pk], "draft": CHANGED}
        row.form_version, row.draft = form_version, raw_to_json(carried.raw)
        row.draft_by, row.draft_at = viewer.actor, timezone.now()
        row.version += 1
        row.save(update_fields=["form_version", "draft", "draft_by", "draft_at", "version"])
        record(viewer, MOVE, row, fields=fields)
    return carried


def _locked(answer_set: AnswerSet) -> AnswerSet:
    return (
        AnswerSet.objects.select_for_update(of=("self",)).select_related("form_version").get(pk=answer_set.pk)
    )


def _typed(row: AnswerSet, definition: Definition) -> dict[Address, str]:
    """What stands in the draft; in the parts of those who have none, what was handed in."""
    drafted = raw_from_json(row.draft)
    newest = row.revisions.select_related("form_version").order_by("-number").first()
    parts = {field.key: part for part, field in definition.fields()}
    drafting = {fill for one in drafted if one.field in parts for fill in parts[one.field].fill}
    standing = raw_of(_standing(newest, row.form_version_id, definition), definition)
    others = {one: text for one, text in standing.items() if not parts[one.field].fill & drafting}
    return {**others, **drafted}


def _standing(newest: AnswerRevision | None, version_id: int, definition: Definition) -> Values:
    """The values of the newest revision, as far as the version that is answered now has a place for them."""
    if newest is None:
        return {}
    if newest.form_version_id == version_id:
        return from_json(newest.values, definition)
    old = definition_of(newest.form_version)
    carried = carry_over(from_json(newest.values, old), old, definition)
    return read(definition, carried.raw, fill=None).values


def _own(raw: Raw, definition: Definition, fill: Filler) -> dict[Address, str]:
    """What was typed, without the parts that are others' to fill."""
    theirs = _fields_of_others(definition, fill)
    return {address: text for address, text in raw.items() if address.field not in theirs}


def _fields_of_others(definition: Definition, fill: Filler) -> set[str]:
    return {field.key for part, field in definition.fields() if fill not in part.fill}


def _with_others(draft: dict[str, str], new: Raw, definition: Definition, fill: Filler) -> dict[str, str]:
    """The draft with ``new`` in the parts that ``fill`` fills, and the other parts as they were."""
    theirs = _fields_of_others(definition, fill)
    others = {key: text for key, text in draft.items() if Address.of(key).field in theirs}
    return {**others, **raw_to_json(_own(new, definition, fill))}


def _drop_draft(viewer: Viewer, row: AnswerSet, definition: Definition, fill: Filler) -> None:
    """A draft that says what was handed in already goes, so that nobody takes it for something new."""
    left = _with_others(row.draft, {}, definition, fill)
    if left == row.draft and row.draft_at is None:
        return
    row.draft = left
    _date_draft(row)
    row.version += 1
    row.save(update_fields=["draft", "draft_by", "draft_at", "version"])
    record(viewer, DRAFT, row, fields={"draft": CHANGED})


def _date_draft(row: AnswerSet) -> None:
    if not row.draft:
        row.draft_by = row.draft_at = None
