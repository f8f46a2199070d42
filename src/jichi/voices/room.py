"""What the voices room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Check, Daily, Duty, PackFile, Retention, Room, Round, TrailReader

from .actions import ACTIONS
from .invariants import TRIGGERS
from .routes import PAGES, ROUTES

_DUTIES, _CHECKS, _SERVICES = "jichi.voices.duties", "jichi.voices.checks", "jichi.voices.services"

DUTIES: tuple[Duty, ...] = (
    Duty(key="voices.due", title=_("Voices whose day is near or over"), waiting=f"{_DUTIES}:due_soon"),
    Duty(key="voices.answer", title=_("Voices to reply to"), waiting=f"{_DUTIES}:to_answer"),
    Duty(key="voices.send", title=_("Approved replies to send"), waiting=f"{_DUTIES}:to_send"),
    Duty(key="voices.check", title=_("Entries of voices to check"), waiting=f"{_DUTIES}:to_check"),
    Duty(key="voices.pass_on", title=_("Voices without an office"), waiting=f"{_DUTIES}:to_pass_on"),
    Duty(key="voices.translate", title=_("Translations to make"), waiting=f"{_DUTIES}:to_translate"),
    Duty(key="voices.decide", title=_("Texts to decide on"), waiting=f"{_DUTIES}:to_decide"),
    Duty(key="voices.hand_over", title=_("Files to carry"), waiting=f"{_DUTIES}:to_hand_over"),
)

CHECKS: tuple[Check, ...] = (
    Check(key="voices", title=_("No voice was lost"), run=f"{_CHECKS}:conserved"),
    Check(key="originals", title=_("What was said is what is kept"), run=f"{_CHECKS}:originals"),
    Check(key="destroyed", title=_("What was destroyed has its record"), run=f"{_CHECKS}:destroyed"),
    Check(key="parts", title=_("The parts of a submission rebuild it"), run=f"{_CHECKS}:parts"),
    Check(key="receipts", title=_("Receipt numbers fit their key"), run=f"{_CHECKS}:receipts_fit"),
)

DAILY: tuple[Daily, ...] = (
    Daily(
        key="voices.warn",
        title=_("Heads are told of replies whose day draws near"),
        run=f"{_SERVICES}:warn_before_due",
    ),
    Daily(
        key="voices.finish_replies",
        title=_("Voices of sets that have their reply are ended"),
        run=f"{_SERVICES}:finish_replies",
    ),
    Daily(
        key="voices.sweep",
        title=_("Files that no voice names are taken away"),
        run=f"{_SERVICES}:sweep_files",
    ),
    Daily(
        key="voices.batch_files",
        title=_("Files of voices that no batch names are taken away"),
        run=f"{_SERVICES}:sweep_batch_files",
    ),
    Daily(
        key="voices.drafts",
        title=_("Drafts of forms whose time is over go"),
        run=f"{_SERVICES}:throw_old_drafts",
    ),
    Daily(
        key="voices.tell",
        title=_("Those who follow something hear what is new"),
        run=f"{_SERVICES}:tell_followers",
    ),
)

RETENTION: tuple[Retention, ...] = (
    Retention(
        key="voices.originals",
        title=_("What was said, contacts and files"),
        run=f"{_SERVICES}:destroy_due",
        replay=f"{_SERVICES}:replay_destruction",
        object_types=("voices.voice", "voices.sealed", "voices.sealeddisclosure"),
    ),
)

ROUNDS: tuple[Round, ...] = (
    Round(
        key="voices.batches",
        title=_("Voices from files are taken in"),
        run=f"{_SERVICES}:continue_batches",
        due=f"{_SERVICES}:batches_wait",
    ),
    Round(
        key="voices.divide",
        title=_("New voices are divided into opinions"),
        run=f"{_SERVICES}.working:divide_some",
    ),
    Round(
        key="voices.group",
        title=_("Opinions are put into sets, and sets into topics"),
        run=f"{_SERVICES}.working:work_some",
        due=f"{_SERVICES}.working:work_is_due",
    ),
)

READERS: tuple[TrailReader, ...] = (
    TrailReader(
        key="voices.counts",
        kind="projection",
        read=f"{_SERVICES}.counting:follow_ends",
        rebuild=f"{_SERVICES}.counting:recount_all",
    ),
)

ROOM = Room(
    key="voices",
    title=_("Voices"),
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    triggers=TRIGGERS,
    duties=DUTIES,
    checks=CHECKS,
    daily=DAILY,
    retention=RETENTION,
    rounds=ROUNDS,
    readers=READERS,
    pack_files=(
        PackFile(
            kind="reply_templates",
            schema="voices/schema/jichi-reply-templates-1.schema.json",
            load=f"{_SERVICES}.packs:load_reply_templates",
            order=16,
        ),
    ),
)
