"""The services of the voices room: every write, keyword-only, one transaction, one entry in the trail."""

from .batches import batches_wait, bring_file, continue_batch, continue_batches, sweep_batch_files
from .correcting import divide
from .desks import answer_desk, extend_desk, make_desk
from .destroying import destroy_due, replay_destruction, sweep_files
from .dividing import divide_new
from .drafts import draft_of, save_draft, throw_draft, throw_old_drafts
from .effects import enter_effect
from .following import confirm_follow, end_follow, follow, tell_followers
from .handling import (
    contact_of,
    decrypted,
    end_voice,
    look_up,
    note,
    pass_on,
    reopen,
    set_due,
    warn_before_due,
)
from .mail import MailReport, bring_mail
from .masking import Decided, confirm_mask, decide_many, decide_wording, mark_harsh
from .outer import CarryReport, NoIntakeKey, carry_in, put_sealed
from .receiving import Receipt, check_entry, enter_for, receive
from .replying import draft_reply, finish_replies, put_up_reply, save_template, send_reply, withdraw_reply
from .sealing import hand_over, seal
from .shaping import merge_sets, move_wording, pin_set, rename_set, split_set
from .topic_acts import merge_topics, new_topic, put_in_topic, put_many_in_topic, rename_topic
from .translating import ask_translation, make_translation, source_of
from .working import work_all, work_on

__all__ = [
    "CarryReport",
    "MailReport",
    "NoIntakeKey",
    "ask_translation",
    "batches_wait",
    "bring_file",
    "sweep_batch_files",
    "bring_mail",
    "carry_in",
    "confirm_follow",
    "continue_batch",
    "continue_batches",
    "draft_of",
    "end_follow",
    "follow",
    "make_translation",
    "put_sealed",
    "save_draft",
    "source_of",
    "tell_followers",
    "throw_draft",
    "throw_old_drafts",
    "divide",
    "divide_new",
    "Decided",
    "confirm_mask",
    "decide_many",
    "decide_wording",
    "mark_harsh",
    "merge_sets",
    "move_wording",
    "pin_set",
    "rename_set",
    "split_set",
    "merge_topics",
    "new_topic",
    "put_in_topic",
    "put_many_in_topic",
    "rename_topic",
    "work_all",
    "work_on",
    "destroy_due",
    "replay_destruction",
    "sweep_files",
    "enter_effect",
    "draft_reply",
    "finish_replies",
    "put_up_reply",
    "save_template",
    "send_reply",
    "withdraw_reply",
    "hand_over",
    "seal",
    "Receipt",
    "answer_desk",
    "check_entry",
    "contact_of",
    "decrypted",
    "end_voice",
    "enter_for",
    "extend_desk",
    "look_up",
    "make_desk",
    "note",
    "pass_on",
    "receive",
    "reopen",
    "set_due",
    "warn_before_due",
]
