"""One row of a table as a voice to be taken in, or why it cannot be one."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city import keys
from jichi.voices.enums import Channel

from .cells import channel_of, moment_of, yes_or_no
from .heads import CONTACT, plain
from .tables import Row, text

_LONGEST_ID = 60
_NAMES = re.compile(r"[;；\n、]+")
_LANGUAGES = {
    plain(word): code
    for code, words in {
        "ja": ("ja", "日本語", "japanese"),
        "en": ("en", "英語", "english"),
        "zh-hans": ("zh", "zh-hans", "中国語", "中文", "chinese"),
        "ko": ("ko", "韓国語", "朝鮮語", "韓国・朝鮮語", "korean"),
        "pt": ("pt", "ポルトガル語", "portuguese"),
        "es": ("es", "スペイン語", "spanish"),
        "fil": ("fil", "tl", "フィリピノ語", "タガログ語", "filipino", "tagalog"),
        "vi": ("vi", "ベトナム語", "vietnamese"),
    }.items()
    for word in words
}


class RowProblem(ValueError):
    """A row that cannot be a voice: the column's head, as far as one is to blame, and a sentence."""

    def __init__(self, column: str, message: str) -> None:
        self.column = column
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Given:
    """What a row says, as :func:`jichi.voices.services.receive` takes it."""

    line: int
    intake_key: str
    channel: str
    text: str
    fields: dict[str, Any]
    contact: dict[str, str]
    language: str
    received_at: datetime.datetime | None
    may_publish: bool
    wants_reply: bool | None
    late_reason: str
    files: tuple[str, ...]


def given(row: Row, *, prefix: str, channel: str, now: datetime.datetime, takes_files: bool) -> Given:
    """Read a row. ``channel``: where the row names none. ``prefix`` keeps rows without a number of their own
    apart from those of other files. ``takes_files``: whether there is a folder in which named files lie;
    otherwise their names are kept among the fields.

    Raises:
        RowProblem.
    """
    if row.problem:
        raise RowProblem("", row.problem)
    cells = {key: text(cell).strip() for key, cell in row.cells.items() if key not in {"text", "received"}}
    named = cells.get("file", "")
    files = tuple(one.strip() for one in _NAMES.split(named) if one.strip()) if named else ()
    said = text(row.cells.get("text"))
    others = dict(row.others)
    if files and not takes_files:
        others["file"], files = named, ()
    if not said.strip() and not files:
        raise RowProblem("text", _("Nothing is written here, and no file is named."))
    fields: dict[str, Any] = {}
    if title := cells.get("title"):
        fields["title"] = title
    if others:
        fields["other"] = others
    return Given(
        line=row.line,
        intake_key=_key(cells.get("id", ""), prefix, row.line),
        channel=_channel(cells.get("channel", ""), channel),
        text=said,
        fields=fields,
        contact=_contact(cells),
        language=_LANGUAGES.get(plain(cells["language"]), "ja") if cells.get("language") else "ja",
        received_at=_received(row.cells.get("received"), now),
        may_publish=_answer(cells, "may_publish") is not False,
        wants_reply=_answer(cells, "wants_reply"),
        late_reason=cells.get("late_reason", "").replace("\0", "")[:300],
        files=files,
    )


def _key(number: str, prefix: str, line: int) -> str:
    """The intake key: the row's own number, the same in every file; else its line in this file."""
    if not number:
        return f"row:{prefix}:{line}"
    if len(number) > _LONGEST_ID or not number.isprintable():
        number = hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()
    return f"id:{number}"


def _channel(word: str, otherwise: str) -> str:
    if not word:
        if not otherwise:
            raise RowProblem("channel", _("It is not said how this reached the city."))
        return otherwise
    found = channel_of(word)
    if found is None:
        raise RowProblem(
            "channel",
            _("This way of sending is not known; write one of %(known)s.")
            % {"known": ", ".join(Channel.values)},
        )
    return found.value


def _received(cell: Any, now: datetime.datetime) -> datetime.datetime | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        found = moment_of(cell)
    except (ValueError, OverflowError) as error:
        raise RowProblem(
            "received", _("This is no day; write it like 2026-06-30 or 令和8年6月30日.")
        ) from error
    if found.date() == now.astimezone(found.tzinfo).date():
        return min(found, now)
    if found > now:
        raise RowProblem("received", _("This moment has not come yet."))
    return found


def _answer(cells: Mapping[str, str], column: str) -> bool | None:
    word = cells.get(column, "")
    if not word:
        return None
    found = yes_or_no(word)
    if found is None:
        raise RowProblem(column, _("This is neither yes nor no; write 可 or 否, yes or no."))
    return found


def _contact(cells: Mapping[str, str]) -> dict[str, str]:
    found = {key: cells[key] for key in CONTACT if cells.get(key)}
    if loose := cells.get("contact"):
        kind = _kind_of_contact(loose)
        found[kind] = f"{found[kind]} {loose}" if kind in found else loose
    return found


def _kind_of_contact(loose: str) -> str:
    for kind, normal in (("email", keys.normal_mail), ("phone", keys.normal_phone)):
        try:
            normal(loose)
        except ValueError:
            continue
        return kind
    return "address"
