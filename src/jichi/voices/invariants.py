"""What the database itself keeps of voices: none is lost, none is changed, and the count is its own."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_VOICE, _ORIGINAL, _CONTACT = "voices_voice", "voices_original", "voices_contact"
_SHARDS = 16


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


def _counted(name: str, when: str, statement: str, condition: str, meaning: str) -> Trigger:
    """A trigger that counts: ``statement`` runs for each row for which ``condition`` holds."""
    return Trigger(
        name=name,
        table=_VOICE,
        when=when,
        sqlite=f"WHEN {condition} BEGIN {statement}; END",
        postgresql=f"BEGIN IF {condition} THEN {statement}; END IF; RETURN NEW; END;",
        meaning=meaning,
    )


_RECEIVED = (
    "INSERT INTO voices_tally (desk_id, channel, is_late, shard, received, ended)"
    f" VALUES (NEW.desk_id, NEW.channel, NEW.is_late, NEW.id % {_SHARDS}, 1,"
    " CASE WHEN NEW.\"end\" = '' THEN 0 ELSE 1 END)"
    " ON CONFLICT (desk_id, channel, is_late, shard) DO UPDATE SET"
    " received = voices_tally.received + 1, ended = voices_tally.ended + excluded.ended"
)
_ENDED = (
    "UPDATE voices_tally SET ended = ended + CASE WHEN NEW.\"end\" = '' THEN -1 ELSE 1 END"
    " WHERE desk_id = NEW.desk_id AND channel = NEW.channel AND is_late = NEW.is_late"
    f" AND shard = NEW.id % {_SHARDS}"
)

_VOICES: tuple[Trigger, ...] = (
    _counted(
        "voices_voice_received",
        "AFTER INSERT",
        _RECEIVED,
        "1 = 1",
        "each voice is counted as received at the moment its row is written",
    ),
    _counted(
        "voices_voice_ended",
        "AFTER UPDATE",
        _ENDED,
        "(NEW.\"end\" = '') <> (OLD.\"end\" = '')",
        "each end, and each taking up again, is counted at the moment it is written",
    ),
    *_kept(_VOICE, "DELETE", what="voices"),
    refuse(
        "voices_voice_stays_what",
        _VOICE,
        "BEFORE UPDATE",
        unless=_same(
            "id",
            "desk_id",
            "outside_number",
            "intake_key",
            "channel",
            "language",
            "received_at",
            "postmarked_on",
            "entered_at",
            "entered_by",
            "batch_id",
            "is_late",
            "may_publish",
            "is_sample",
        ),
        message="how a voice was received never changes",
        meaning="desk, channel, moment and sender's wishes of a voice stay as they were received",
    ),
    refuse(
        "voices_voice_end_by_reopening",
        _VOICE,
        "BEFORE UPDATE",
        unless='OLD."end" = \'\' OR NEW."end" = OLD."end" OR NEW."end" = \'\'',
        message="an end becomes another one only by taking the voice up again",
        meaning="one end never silently becomes another",
    ),
    refuse(
        "voices_voice_sealed_stays",
        _VOICE,
        "BEFORE UPDATE",
        unless="OLD.\"end\" <> 'sealed' OR NEW.\"end\" = 'sealed'",
        message="a sealed voice stays sealed",
        meaning="a sealed voice never comes back into the inbox",
    ),
)

_ORIGINALS: tuple[Trigger, ...] = (
    *_kept(_ORIGINAL, "DELETE", what="originals"),
    refuse(
        "voices_original_stays",
        _ORIGINAL,
        "BEFORE UPDATE",
        unless=(
            "OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL AND NEW.text = ''"
            f" AND {_same('voice_id', 'checksum')}"
        ),
        message="what was said never changes; it can only be destroyed as a whole",
        meaning="an original never changes; destroyed, it leaves its checksum and the moment",
    ),
    refuse(
        "voices_contact_stays",
        _CONTACT,
        "BEFORE UPDATE",
        unless=_same("voice_id", "subject_id"),
        message="a contact stays with its voice and its key",
        meaning="a contact stays with its voice and its key",
    ),
    *_kept("voices_contact", "DELETE", what="contacts"),
    *_kept("voices_attachment", "DELETE", what="attachments"),
    refuse(
        "voices_attachment_stays",
        "voices_attachment",
        "BEFORE UPDATE",
        unless=(
            "OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL"
            f" AND {_same('voice_id', 'media_type', 'size', 'checksum', 'is_original')}"
        ),
        message="a file that was sent never changes; it can only be destroyed",
        meaning="an attachment never changes; destroyed, it leaves its checksum and the moment",
    ),
)

_OPINIONS: tuple[Trigger, ...] = (
    refuse(
        "voices_opinion_within",
        "voices_opinion",
        "BEFORE INSERT",
        unless=(
            "EXISTS (SELECT 1 FROM voices_original o WHERE o.voice_id = NEW.voice_id"
            ' AND o.destroyed_at IS NULL AND NEW."end" <= LENGTH(o.text))'
        ),
        message="a part lies within what was said",
        meaning="a part of a submission lies within its original",
    ),
    *_kept("voices_topicdecision", "UPDATE", "DELETE", what="decisions about topics"),
    *_kept("voices_opinionset", "DELETE", what="sets of opinions"),
    *_kept("voices_wording", "DELETE", what="texts of opinions"),
)

_RECORDS: tuple[Trigger, ...] = (
    *_kept("voices_voiceevent", "DELETE", what="events of a voice"),
    refuse(
        "voices_voiceevent_stays",
        "voices_voiceevent",
        "BEFORE UPDATE",
        unless=(
            f"NEW.text = '—' AND {_same('voice_id', 'kind', 'at', 'actor', 'office_id', 'to_office_id')}"
            " AND EXISTS (SELECT 1 FROM voices_original o WHERE o.voice_id = OLD.voice_id"
            " AND o.destroyed_at IS NOT NULL)"
        ),
        message="events of a voice are never changed",
        meaning="an event never changes; its words go with the original they speak of",
    ),
    *_kept("voices_effect", "DELETE", what="effects"),
    refuse(
        "voices_effect_stays",
        "voices_effect",
        "BEFORE UPDATE",
        unless=(
            "NEW.text = '—' AND NEW.about = '' AND NEW.url = ''"
            f" AND {_same('id', 'voice_id', 'set_id', 'kind', 'undertaking_id', 'at', 'visible_from')}"
            ' AND NEW."by" = OLD."by"'
            " AND EXISTS (SELECT 1 FROM voices_voice v WHERE v.id = OLD.voice_id AND v.\"end\" = 'sealed')"
        ),
        message="effects are never changed",
        meaning="an effect never changes; that of a sealed voice loses its words",
    ),
    *_kept("voices_intakebatch", "DELETE", what="batches"),
    *_kept("voices_reply", "DELETE", what="replies"),
    refuse(
        "voices_reply_sent_stays",
        "voices_reply",
        "BEFORE UPDATE",
        unless=(
            f"OLD.sent_at IS NULL OR (NEW.text = '—' AND {_same('id', 'voice_id', 'set_id', 'sent_at')}"
            " AND EXISTS (SELECT 1 FROM voices_voice v WHERE v.id = OLD.voice_id AND v.\"end\" = 'sealed'))"
        ),
        message="a reply that was sent never changes",
        meaning="a reply that was sent never changes; that to a sealed voice loses its words",
    ),
    *_kept("voices_sealeddisclosure", "DELETE", what="sealed disclosures"),
    *_kept("voices_tally", "DELETE", what="counts of voices"),
    refuse(
        "voices_desk_stays_what",
        "voices_desk",
        "BEFORE UPDATE",
        unless=_same("key", "mechanism", "context", "purpose", "is_sample"),
        message="what a desk is for never changes",
        meaning="what a desk is for never changes",
    ),
    *_kept("voices_desk", "DELETE", what="desks"),
    refuse(
        "voices_desk_answered_stays",
        "voices_desk",
        "BEFORE UPDATE",
        unless=f"OLD.answered_at IS NULL OR ({_same('answered_at', 'answered_kind')})",
        message="a desk is answered once",
        meaning="all voices of a desk are answered together once",
    ),
)

TRIGGERS: tuple[Trigger, ...] = (*_VOICES, *_ORIGINALS, *_OPINIONS, *_RECORDS)
