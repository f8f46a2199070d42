"""What the database itself keeps of consultations: no early end, and no result while an opinion waits."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_ROW = "consultations_consultation"


def _same(*columns: str) -> str:
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in columns
    )


def _kept(table: str, *verbs: str, what: str) -> tuple[Trigger, ...]:
    done = {"UPDATE": "changed", "DELETE": "deleted"}
    return tuple(
        refuse(
            f"{table}_no_{verb.lower()}",
            table,
            f"BEFORE {verb}",
            message=f"{what} are never {done[verb]}",
            meaning=f"{what} are never {done[verb]}",
        )
        for verb in verbs
    )


# A voice counts until it was withdrawn, sealed or refused; one that came late stands outside the rule.
_OF_THE_DESK = (
    "v.desk_id = NEW.desk_id AND v.is_late = {false} AND v.\"end\" NOT IN ('withdrawn', 'sealed', 'refused')"
)
_WITHOUT_DISPOSITION = (
    "SELECT 1 FROM voices_opinion o JOIN voices_voice v ON v.id = o.voice_id"
    " JOIN voices_wording w ON w.id = o.wording_id"
    " LEFT JOIN consultations_disposition s ON s.set_id = w.set_id"
    " LEFT JOIN consultations_disposition d ON d.opinion_id = o.id"
    f" WHERE {_OF_THE_DESK} AND o.kind = 'opinion' AND s.id IS NULL AND d.id IS NULL"
)
_NOT_DIVIDED = f"SELECT 1 FROM voices_voice v WHERE {_OF_THE_DESK} AND v.divided_at IS NULL"


def _on_both(name: str, condition: str, message: str, meaning: str, days: tuple[str, str]) -> Trigger:
    """A trigger whose condition needs another spelling on each database: ``{days}`` and ``{false}``."""
    written = [
        condition.replace("{days}", days_).replace("{false}", false)
        for days_, false in zip(days, ("0", "FALSE"), strict=True)
    ]
    sqlite, postgresql = (f"NOT COALESCE(({one}), FALSE)" for one in written)
    return Trigger(
        name=name,
        table=_ROW,
        when="BEFORE UPDATE",
        sqlite=f"WHEN {sqlite} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        postgresql=(
            f"BEGIN IF {postgresql} THEN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = '{message}';"
            " END IF; RETURN NEW; END;"
        ),
        meaning=meaning,
    )


_DAYS = (
    "CAST(julianday(NEW.last_day) - julianday(NEW.first_day) AS INTEGER) + 1",
    "NEW.last_day - NEW.first_day + 1",
)
_NO_DAYS = ("0", "0")
# The end of the last day: midnight in Tokyo, which has no summer time.
_END = (
    "NEW.last_day || ' 15:00:00'",
    "(NEW.last_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'",
)
_PERIOD_SAME = _same(
    "published_at", "first_day", "least_days", "rule_fingerprint", "exempt_reason", "desk_id"
)
_WHAT_SAME = _same(
    "key",
    "kind",
    "title",
    "legal_basis",
    "notice",
    "short_reason",
    "exempt_ground",
    "questions",
    "scheme_id",
    "post_rule",
    "department_id",
    "is_sample",
)

_WITHDRAWAL_SAME = _same("withdrawn_at", "withdrawn_reason")

TRIGGERS: tuple[Trigger, ...] = (
    *_kept(_ROW, "DELETE", what="consultations"),
    refuse(
        "consultations_begins_unpublished",
        _ROW,
        "BEFORE INSERT",
        unless="NEW.published_at IS NULL AND NEW.result_published_at IS NULL AND NEW.withdrawn_at IS NULL",
        message="a consultation begins in preparation",
        meaning="nothing is born published",
    ),
    refuse(
        "consultations_not_closed_early",
        _ROW,
        "BEFORE UPDATE",
        unless=(
            f"OLD.published_at IS NULL OR ({_PERIOD_SAME}"
            " AND (OLD.last_day IS NULL OR NEW.last_day >= OLD.last_day))"
        ),
        message="a published period is never shortened",
        meaning="a published consultation is never closed early",
    ),
    refuse(
        "consultations_published_stays",
        _ROW,
        "BEFORE UPDATE",
        unless=(f"OLD.published_at IS NULL OR ({_WHAT_SAME})"),
        message="what was published never changes",
        meaning="what was put before the public stays as it was published",
    ),
    _on_both(
        "consultations_period_by_rule",
        "NEW.published_at IS NULL OR NEW.exempt_reason <> '' OR NEW.short_reason <> ''"
        " OR {days} >= NEW.least_days",
        "a period shorter than the rule needs a published reason",
        "a period shorter than the rule in force has its reason",
        _DAYS,
    ),
    _on_both(
        "consultations_desk_open_to_the_end",
        "NEW.published_at IS NULL OR NEW.desk_id IS NULL OR NEW.last_day IS NULL OR EXISTS"
        " (SELECT 1 FROM voices_desk k WHERE k.id = NEW.desk_id AND k.closes_at >= {days})",
        "the desk is open until the end of the last day",
        "a published consultation takes opinions until the end of its last day",
        _END,
    ),
    refuse(
        "consultations_desk_not_closed_early",
        "voices_desk",
        "BEFORE UPDATE",
        unless=(
            "(OLD.closes_at IS NULL AND NEW.closes_at IS NULL) OR NEW.closes_at >= OLD.closes_at"
            " OR NOT EXISTS (SELECT 1 FROM consultations_consultation c WHERE c.desk_id = OLD.id"
            " AND c.published_at IS NOT NULL)"
        ),
        message="the desk of a published consultation is never closed early",
        meaning="the desk of a published consultation is never closed early either",
    ),
    refuse(
        "consultations_result_has_edition",
        _ROW,
        "BEFORE UPDATE",
        unless=(
            "NEW.result_published_at IS NULL OR OLD.result_published_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM consultations_resultedition e WHERE e.consultation_id = NEW.id)"
        ),
        message="a result is published as an edition",
        meaning="what a published result said is kept as an edition",
    ),
    _on_both(
        "consultations_result_whole",
        "NEW.result_published_at IS NULL OR OLD.result_published_at IS NOT NULL OR NEW.exempt_reason <> ''"
        f" OR NEW.withdrawn_at IS NOT NULL OR (NOT EXISTS ({_WITHOUT_DISPOSITION})"
        f" AND NOT EXISTS ({_NOT_DIVIDED}))",
        "no result is published while an opinion has no disposition",
        "no result is published while an opinion of the period has no disposition",
        _NO_DAYS,
    ),
    refuse(
        "consultations_result_after_period",
        _ROW,
        "BEFORE UPDATE",
        unless=(
            "NEW.result_published_at IS NULL OR OLD.result_published_at IS NOT NULL"
            " OR NEW.last_day IS NULL OR NEW.withdrawn_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM voices_desk k WHERE k.id = NEW.desk_id"
            " AND k.closes_at <= NEW.result_published_at)"
        ),
        message="a result comes after the last day",
        meaning="a result is never published before the period has ended",
    ),
    refuse(
        "consultations_result_stays",
        _ROW,
        "BEFORE UPDATE",
        unless=(
            "(OLD.result_published_at IS NULL OR NEW.result_published_at = OLD.result_published_at)"
            f" AND ((OLD.withdrawn_at IS NULL AND OLD.result_published_at IS NULL) OR ({_WITHDRAWAL_SAME}))"
        ),
        message="a published result is corrected by another edition, never taken back",
        meaning="a result once published stays published",
    ),
    refuse(
        "consultations_text_stays",
        "consultations_draftversion",
        "BEFORE UPDATE",
        unless=(
            "OLD.published_at IS NULL OR ("
            f"{_same('consultation_id', 'kind', 'audience', 'language', 'number')}"
            f" AND {_same('title', 'content', 'digest', 'published_at')})"
        ),
        message="a published text never changes",
        meaning="a published text never changes",
    ),
    *_kept("consultations_draftversion", "DELETE", what="texts of a consultation"),
    *_kept("consultations_resultedition", "UPDATE", "DELETE", what="published results"),
    *_kept("consultations_scheme", "UPDATE", "DELETE", what="schemes of public comment"),
    refuse(
        "consultations_disposition_no_delete",
        "consultations_disposition",
        "BEFORE DELETE",
        unless=(
            "NOT EXISTS (SELECT 1 FROM consultations_consultation c WHERE c.id = OLD.consultation_id"
            " AND c.result_published_at IS NOT NULL)"
        ),
        message="a published disposition stays",
        meaning="a disposition is never deleted once the result is published",
    ),
    refuse(
        "consultations_disposition_stays_whose",
        "consultations_disposition",
        "BEFORE UPDATE",
        unless=_same("consultation_id", "set_id", "opinion_id"),
        message="a disposition stays with its opinions",
        meaning="a disposition stays with its opinions",
    ),
)
