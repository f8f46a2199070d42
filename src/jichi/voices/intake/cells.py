"""Single cells of a table of voices: days, ways in, yes and no. What cannot be read is never guessed."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache

from django.utils import timezone

from jichi.methods.eras import EraError, parse_date
from jichi.voices.enums import Channel

from .heads import plain

_CHANNELS = {
    Channel.WEB: "web form ウェブ フォーム 専用フォーム ホームページ 電子申請 インターネット オンライン",
    Channel.EMAIL: "email mail メール 電子メール eメール",
    Channel.FAX: "fax ファクス ファックス ファクシミリ",
    Channel.POST: "post 郵送 郵便 封書 はがき ハガキ",
    Channel.COUNTER: "counter 窓口 持参 直接持参 来庁",
    Channel.TELEPHONE: "telephone phone 電話",
    Channel.MEETING: "meeting 説明会 会議 意見交換会 公聴会",
}
_CHANNEL_OF = {plain(word): channel for channel, words in _CHANNELS.items() for word in words.split()}

_WORDS = {
    True: "yes y true 1 可 はい 有 あり する 希望 希望する 同意 同意する ○ 〇 ◯",
    False: "no n false 0 否 不可 いいえ 無 なし しない 希望しない 不要 同意しない × x ✕",
}
_ANSWERS = {word: answer for answer, words in _WORDS.items() for word in words.split()}
_NUMBERS = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\([月火水木金土日]\))?"
    r"(?:[ T]*(\d{1,2})[:時](\d{1,2})(?:[:分](\d{1,2}))?[分秒]?)?(Z|[+-]\d\d:?\d\d)?"
)
_NOON = datetime.time(12)


@lru_cache(maxsize=256)
def channel_of(text: str) -> Channel | None:
    """The way in that a cell names; None for a word nobody knows."""
    word = plain(text)
    if word in Channel.values:
        return Channel(word)
    return _CHANNEL_OF.get(word)


@lru_cache(maxsize=256)
def yes_or_no(text: str) -> bool | None:
    """What a cell says of a question; None where it can be neither."""
    return _ANSWERS.get(unicodedata.normalize("NFKC", text).strip().casefold())


def moment_of(value: object) -> datetime.datetime:
    """The moment a cell names, with time zone; a day alone stands for its noon in the city, so that it lies
    within the day whatever rule counts it.

    Raises:
        ValueError: for what is no day.
    """
    if isinstance(value, datetime.datetime):
        return value if timezone.is_aware(value) else _here(value)
    if isinstance(value, datetime.date):
        return _here(datetime.datetime.combine(value, _NOON))
    return _written(str(value))


@lru_cache(maxsize=4096)
def _written(value: str) -> datetime.datetime:
    text = unicodedata.normalize("NFKC", value).strip()
    match = _NUMBERS.fullmatch(text)
    if match is None:
        try:
            return _here(datetime.datetime.combine(parse_date(text), _NOON))
        except EraError as error:
            raise ValueError("not a day") from error
    year, month, day, hour, minute, second, zone = match.groups()
    if hour is None:
        return _here(datetime.datetime(int(year), int(month), int(day), 12))
    found = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
    if zone is None:
        return _here(found)
    return datetime.datetime.fromisoformat(found.isoformat() + zone.replace("Z", "+00:00"))


def _here(moment: datetime.datetime) -> datetime.datetime:
    if moment.hour == moment.minute == moment.second == 0:
        moment = moment.replace(hour=12)
    return timezone.make_aware(moment)
