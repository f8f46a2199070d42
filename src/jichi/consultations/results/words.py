"""What a result says in sentences: the answer in its heading, its facts, and how each row is called."""

from __future__ import annotations

import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jichi.consultations.models import Consultation
from jichi.consultations.result import OpinionRow, Passage, Result
from jichi.ui.content import chosen
from jichi.ui.numbers import format_date, format_number

_SHORT = 40


def heading_of(result: Result) -> str:
    """The answer in a sentence: how much came in and how much of it changed the draft."""
    if result.withdrawn_reason:
        if result.nothing_received:
            return _("The city withdrew the proposal; nothing had come in")
        return _("The city withdrew the proposal; %(submissions)s with %(opinions)s had come in") % {
            "submissions": submissions(result.submissions),
            "opinions": opinions(result.opinions),
        }
    if result.nothing_received:
        if result.passages:
            return _("Nobody sent an opinion; the city changed the draft by itself")
        return _("Nobody sent an opinion")
    return _("%(submissions)s with %(opinions)s came in; %(changed)s") % {
        "submissions": submissions(result.submissions),
        "opinions": opinions(result.opinions),
        "changed": _changed(result.changed),
    }


def _changed(count: int) -> str:
    if not count:
        return _("none of them changed the draft")
    return ngettext("%(count)s changed the draft", "%(count)s changed the draft", count) % {
        "count": format_number(count)
    }


def submissions(count: int) -> str:
    """A number of submissions (通)."""
    return ngettext("%(count)s submission", "%(count)s submissions", count) % {"count": format_number(count)}


def opinions(count: int) -> str:
    """A number of opinions (件)."""
    return ngettext("%(count)s opinion", "%(count)s opinions", count) % {"count": format_number(count)}


def period_of(result: Result) -> str:
    """From when to when, and how many days that was; empty where there was none."""
    if result.first_day is None or result.last_day is None:
        return ""
    return ngettext(
        "%(first)s to %(last)s (%(days)s day)", "%(first)s to %(last)s (%(days)s days)", result.days
    ) % {
        "first": format_date(result.first_day),
        "last": format_date(result.last_day),
        "days": format_number(result.days),
    }


def ways_of(row: Consultation) -> str:
    """How opinions could be sent in (提出方法)."""
    found = [
        _("the page for it on this site"),
        _("mail") if row.email else "",
        _("fax") if row.fax else "",
        _("post or the counter") if row.address else "",
        _("telephone") if row.telephone else "",
    ]
    return pgettext("between items of a list", ", ").join(filter(None, found))


def code_words(result: Result, code: str) -> str:
    """A code of disposition with its title; the plain code where the scheme has none such."""
    found = next((one for one in result.codes if one.code == code), None)
    if found is None:
        return code or _("not answered yet")
    return f"{code} {chosen(found.title)}"


def topic_words(result: Result, key: str) -> str:
    """The title of a topic."""
    found = next((one for one in result.topics if one.key == key), None)
    title = str(chosen(found.title)) if found is not None else ""
    return title or (_("Other opinions") if len(result.topics) > 1 else _("Opinions"))


def number_words(row: OpinionRow) -> str:
    """How a row is called where something points to it."""
    return _("No. %(number)s") % {"number": row.number}


def passage_words(passage: Passage) -> str:
    """The beginning of a passage, by which a reader knows it again."""
    pieces = passage.new or passage.old
    return Truncator("".join(one.text for one in pieces).replace("\t", " ")).chars(_SHORT) or passage.anchor


def kind_words(passage: Passage) -> str:
    """What happened to a passage."""
    words = {
        "added": _("Added"),
        "removed": _("Left out"),
        "changed": _("Changed"),
        "moved": pgettext("passage of a text", "Moved"),
    }
    said = words.get(passage.kind, passage.kind)
    return (
        _("%(what)s and moved") % {"what": said} if passage.is_moved and passage.kind == "changed" else said
    )


def as_of(day: datetime.date | None) -> str:
    """When a result was published; that it is a preview where it was not."""
    if day is None:
        return _("Preview for approval, not published")
    return _("Published on %(day)s") % {"day": format_date(day)}


def apart_lines(result: Result) -> list[str]:
    """What stands outside the table or is in it without its words, a sentence each, with the reasons."""
    apart, found = result.apart, []
    if apart.late_submissions:
        found.append(
            _("Late, and counted apart: %(submissions)s with %(opinions)s.")
            % {
                "submissions": submissions(apart.late_submissions),
                "opinions": opinions(apart.late_opinions),
            }
        )
    if apart.not_to_publish:
        found.append(
            _("Not shown in their own words by their senders' wish, and counted the same: %(submissions)s.")
            % {"submissions": submissions(apart.not_to_publish)}
        )
    for reason, count in sorted(apart.withheld_reasons.items(), key=lambda one: (-one[1], one[0])):
        found.append(
            _("Withheld in their own words, and counted: %(opinions)s. Reason: %(reason)s")
            % {"opinions": opinions(count), "reason": reason}
        )
    if apart.pending:
        found.append(
            _("Nobody has decided yet whether to show the words of %(opinions)s; they are counted.")
            % {"opinions": opinions(apart.pending)}
        )
    for reason, count in sorted(apart.refused_reasons.items(), key=lambda one: (-one[1], one[0])):
        found.append(
            _("Not accepted, and outside the table: %(submissions)s. Reason: %(reason)s")
            % {"submissions": submissions(count), "reason": reason}
        )
    if apart.refused and not apart.refused_reasons:
        found.append(
            _("Not accepted, and outside the table: %(submissions)s.")
            % {"submissions": submissions(apart.refused)}
        )
    if apart.withdrawn:
        found.append(
            _("Taken back by their senders: %(submissions)s.") % {"submissions": submissions(apart.withdrawn)}
        )
    return found
