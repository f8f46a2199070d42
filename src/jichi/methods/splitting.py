"""A submission cut into the opinions in it (通 → 件): proposed by how it is written, corrected by an officer.

The parts partition the text at every moment: put one after the other they are the text, to the last sign. A
part is an opinion, or what frames opinions: a greeting, a closing, a signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jichi.methods.errors import MethodError
from jichi.methods.texts.sentences import sentences

__all__ = ["MOST_PARTS", "Part", "SplitError", "check", "cut", "join", "mark", "propose"]

MOST_PARTS = 500
"""Proposed parts; a text that falls into more is a list or a table that a person has to look at whole."""

_SHORT = 60
_LEAST = 12
_SHORT_LINE = 40
# 1. １） (1) ① 一、 ・ ● 意見１ 【意見2】 第一に …, at the beginning of a line.
_NUMBERED = re.compile(
    r"[ \u3000\t]{0,8}(?:"
    r"[(（]?[0-9０-９]{1,2}(?:[)）．、]|[.](?![0-9０-９]))|[①-⑳㉑-㉟⑴-⒇❶-❿]"
    r"|[(（][一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]{1,2}[、．.]"
    r"|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.．、 \u3000]|[(（]?[ア-オ][)）．、]|[A-Ea-e][.)）][ \u3000]"
    r"|[【〔\[「『<＜■◆●○□◇・※]?[ \u3000]?"
    r"(?:ご?意見|要望|質問|提案|論点|項目|Opinion|Comment|Point)[ \u3000]?(?:その)?"
    r"[0-9０-９①-⑳一二三四五六七八九十]{1,2}"
    r")"
)
_BULLET = re.compile(r"[ \u3000\t]{0,8}(?:[・●○■□◆◇▪•‣◎▼▲★☆➢✓]|[*＊\-－–—][ \u3000])")
_TURN = re.compile(
    r"[ \u3000]{0,4}(?:第[一二三四五六七八九十1-9１-９](?:に|は|の(?:点|意見|理由)|点)"
    r"|[1-9１-９一二三四五]つ目(?:は|に|の)|次に[、,]|また[、,]|さらに[、,]|それから[、,]|最後に[、,]|加えて[、,]"
    r"|もう[一1１]点|もう[一ひ]とつ|別件|ほかに[、,]|他に[、,]|その他[、,]"
    r"|(?:First(?:ly)?|Second(?:ly)?|Third(?:ly)?|Next|Also|In addition|Additionally|Furthermore|Moreover"
    r"|Finally|Lastly|Another (?:point|thing|issue)),? )"
)
# Weak turns open a new opinion only where both sides say enough to stand alone.
_WEAK = re.compile(
    r"[ \u3000]{0,4}(?:また[、,]|さらに[、,]|加えて[、,]|Also|Furthermore|Moreover|Finally|最後に)"
)
# A paragraph that begins so goes on with the one before it.
_GOES_ON = re.compile(
    r"[ \u3000]{0,4}(?:そこで|そのため|その理由|その結果|したがって|従って|よって|なぜなら|このよう"
    r"|これは|それは|しかし|だから"
    r"|ですから|ですので|たとえば|例えば|つまり|以上の|上記|理由は|具体的に|ただし|でも[、,]|一方"
    r"|(?:Therefore|So|Because|However|For example|This|That|But|Thus|Hence)\b)"
)
_HEADING = re.compile(
    r"[ \u3000]{0,4}(?:[【〔\[＜<《].{1,40}[】〕\]＞>》]|[■◆●□◇▼#]{1,3}.{1,40}"
    r"|.{1,30}(?:について|に関して|の件|関係|に対する意見)[:：]?"
    r"|(?:Re|Subject|About|Regarding)[: ].{1,60})[ \u3000]*\Z"
)
_GREETING = re.compile(
    r"(?:拝啓|前略|こんにち[はわ]|こんばん[はわ]|おはよう|はじめまして|初めまして|お世話に|お疲れ様|平素|時下|突然の"
    r"|いつも.{0,12}(?:ありがと|お世話|感謝)|ご担当者?(?:様|さま)|担当者?様|.{0,12}市長(?:様|さま|殿|へ)?\s*\Z|御中"
    r"|関係各位|各位|.{0,20}(?:と申します|といいます|の者です)[。.]?\s*\Z"
    r"|.{0,40}(?:について|に関して|に対して|につき)[、,]?(?:以下|下記|次)の?(?:とお|よう|意見)"
    r"|(?:以下|下記|次)の(?:とお|よう)り|意見を(?:述べ|申し|提出|送)"
    r"|(?:パブリックコメント|パブコメ|意見)(?:を|の)?(?:提出|送付|応募)"
    r"|Dear\b|Hello\b|Hi\b|To whom|Good (?:morning|afternoon|evening)|I am writing|My name is)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:以上(?:です|になります|、|。|\s|\Z)|敬具|草々|かしこ|よろしく|宜しく|どうぞ(?:よろしく|宜しく)"
    r"|ご検討(?:のほど|を|ください|いただ)|御検討|お願い(?:いた|申し|し)|ありがとうござい|失礼(?:いた|し)|長文|乱文"
    r"|お返事は|ご返信は|返信不要|回答不要"
    r"|Sincerely|Regards|Best (?:regards|wishes)|Kind regards|Yours|Thank you|Thanks\b|Respectfully)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"[ \u3000]*(?:氏名|名前|住所|電話|連絡先|TEL|FAX|E-?mail|メール|年齢|職業|性別|提出者|所属|〒|Name"
    r"|Address|Phone|Date|日付)[ \u3000]{0,4}[:：0-9０-９(（ \u3000]|[ \u3000]*〒|[ \u3000]*[-=＝―─_＿*＊]{3}"
    r"|[ \u3000]*\S{1,60}@\S{1,60}\s*\Z|[ \u3000]*[(（]?[0-9０-９()（）\-－ ]{9,16}[)）]?\s*\Z"
    r"|[ \u3000]*(?:令和|平成)?[0-9０-９元]{1,4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日\s*\Z",
    re.IGNORECASE,
)
_SAYS = re.compile(
    "賛成|反対|べき|ほしい|欲しい|ください|下さい|思い|思う|考え|求め|必要|要望|希望|問題|困|危険|不安|です|ます|ない"
    "|should|must|need|want|support|oppose|agree|please| is | are ",
    re.IGNORECASE,
)
_SENTENCE_ENDS = ("。", "．", ".", "！", "!", "？", "?", "」")
_WORD = re.compile(r"\w")


class SplitError(MethodError):
    """A correction that does not fit the parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a submission from ``start`` to ``end``, and whether it is an opinion."""

    start: int
    end: int
    is_opinion: bool


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines with their ends, blank ones joined to the line before."""
    start = 0
    for match in re.finditer(r"[^\n]*(?:\n|\Z)(?:[ \u3000\t\r]{0,200}\n)*", text):
        if match.end() > start:
            yield start, match.end()
            start = match.end()


def _is_list(text: str, lines: Sequence[tuple[int, int]], pattern: re.Pattern[str]) -> bool:
    """Whether at least two lines begin so: a single number or mark is no list."""
    found = 0
    for start, _ in lines:
        found += pattern.match(text, start) is not None
        if found > 1:
            return True
    return False


def _starts(text: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Places where the writing shows that something new begins."""
    numbered = _is_list(text, lines, _NUMBERED)
    # Marks under numbers are points of one opinion.
    bulleted = not numbered and _is_list(text, lines, _BULLET)
    found = {0}
    blank = False
    after_heading = False
    for start, end in lines:
        line = text[start:end].strip()
        listed = (numbered and _NUMBERED.match(text, start)) or (bulleted and _BULLET.match(text, start))
        heading = len(line) <= _SHORT_LINE and _HEADING.match(line) is not None
        framed = len(line) <= _SHORT and (
            _GREETING.match(line) or _CLOSING.match(line) or _SIGNED.match(line)
        )
        apart = blank and not numbered and not bulleted and not _GOES_ON.match(text, start)
        if listed or (not after_heading and (heading or framed or apart)):
            found.add(start)
        after_heading = heading and not listed
        blank = text[start:end].count("\n") > 1
        found.update(_turns(text, start, end, strong=not (numbered or bulleted)))
    return sorted(found)


def _turns(text: str, start: int, end: int, *, strong: bool) -> Iterator[int]:
    """Sentences of a line that turn to something else."""
    if not strong:
        return
    for span in sentences(text[start:end]):
        if _TURN.match(text, start + span.start):
            yield start + span.start


def _is_frame(text: str) -> bool:
    """Whether a stretch only frames opinions: greetings, closings, and the signature after them."""
    bare = text.strip()
    if not _WORD.search(bare):
        return True
    lines = [line.strip() for line in bare.split("\n") if line.strip()]
    if len(bare) > 400 or len(lines) > 12:
        return False
    signing = False
    for line in lines:
        if not (_frames(line) or (signing and _is_signature(line))):
            return False
        signing = signing or _CLOSING.match(line) is not None or _SIGNED.match(line) is not None
    return True


def _frames(line: str) -> bool:
    if _SIGNED.match(line):
        return True
    if len(line) <= _SHORT_LINE and _HEADING.match(line) and not line.endswith(_SENTENCE_ENDS):
        return True
    return all(
        (_GREETING.match(part) or _CLOSING.match(part)) and len(part) <= _SHORT
        for part in (line[span.start : span.end].strip() for span in sentences(line))
        if part
    )


def _is_signature(line: str) -> bool:
    """Whether a line is no sentence: a name, a group, a date."""
    return len(line) <= _SHORT_LINE and not line.endswith(_SENTENCE_ENDS) and not _SAYS.search(line)


def _merged(text: str, starts: list[int]) -> list[tuple[int, int]]:
    """Stretches between starts; one too short to be an opinion, or a heading, goes with what follows."""
    made: list[tuple[int, int]] = []
    waiting: int | None = None
    for start, end in pairwise([*starts, len(text)]):
        first = start if waiting is None else waiting
        waiting = None
        bare = text[start:end].strip()
        heading = _HEADING.match(bare) is not None and "\n" not in bare and len(bare) <= _SHORT_LINE
        if (heading or len(bare) < 3) and end < len(text) and not _is_greeting(bare):
            waiting = first
            continue
        weak = _WEAK.match(text, start) is not None
        short = len(bare) < _LEAST or (bool(made) and made[-1][1] - made[-1][0] < _LEAST)
        if made and weak and first == start and short:
            made[-1] = (made[-1][0], end)
        else:
            made.append((first, end))
    return made


def _is_greeting(bare: str) -> bool:
    return (
        _GREETING.match(bare) is not None
        or _CLOSING.match(bare) is not None
        or _SIGNED.match(bare) is not None
    )


def propose(text: str) -> tuple[Part, ...]:
    """Cuts a submission into opinions and what frames them.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    tuple of Part
        In order, without gap or overlap; none for an empty text. A short text without a list, heading or turn
        is one part. A text in which no part would be an opinion is one opinion: better one that an officer
        marks than one that is lost.

    Notes
    -----
    Cost is linear. Where more than ``MOST_PARTS`` would result, the text stays one part.
    """
    if not text:
        return ()
    lines = list(_lines(text))
    if len(lines) > 20 * MOST_PARTS:
        return (Part(0, len(text), True),)
    pieces = _merged(text, _starts(text, lines))
    if len(pieces) > MOST_PARTS:
        return (Part(0, len(text), True),)
    opinions = [not _is_frame(text[start:end]) for start, end in pieces]
    if not any(opinions):
        return (Part(0, len(text), True),)
    return tuple(_joined(Part(start, end, says) for (start, end), says in zip(pieces, opinions, strict=True)))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Frames that stand side by side are one."""
    last: Part | None = None
    for part in parts:
        if last is not None and not last.is_opinion and not part.is_opinion:
            last = replace(last, end=part.end)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def check(parts: Sequence[Part], text: str) -> None:
    """Refuses parts that do not partition a text.

    Raises
    ------
    SplitError
        ``not-a-partition`` with the ``place`` in the text where they part from it.
    """
    done = 0
    for part in parts:
        if part.start != done or part.end <= part.start:
            break
        done = part.end
    if (parts[-1].end if parts else 0) != done or done != len(text) or any(p.start >= p.end for p in parts):
        raise SplitError(
            "not-a-partition",
            f"the parts do not follow each other from the text's beginning to its end: see character {done}",
            place=done,
        )


def cut(parts: Sequence[Part], at: int) -> tuple[Part, ...]:
    """The parts with the one around character ``at`` cut in two, both of its kind.

    Raises
    ------
    SplitError
        ``bad-cut`` where ``at`` is no place inside a part.
    """
    for place, part in enumerate(parts):
        if part.start < at < part.end:
            two = (replace(part, end=at), replace(part, start=at))
            return (*parts[:place], *two, *parts[place + 1 :])
    raise SplitError("bad-cut", f"character {at} is not inside a part", at=at)


def _check_part(parts: Sequence[Part], number: int) -> None:
    if not 0 <= number < len(parts):
        message = f"there is no part {number}; parts run from 0 to {len(parts) - 1}"
        raise SplitError("bad-part", message, part=number)


def join(parts: Sequence[Part], i: int, j: int) -> tuple[Part, ...]:
    """The parts from ``i`` to ``j``, both counted in, as one: an opinion where any of them was.

    Raises
    ------
    SplitError
        ``bad-part``.
    """
    i, j = min(i, j), max(i, j)
    _check_part(parts, i)
    _check_part(parts, j)
    one = Part(parts[i].start, parts[j].end, any(part.is_opinion for part in parts[i : j + 1]))
    return (*parts[:i], one, *parts[j + 1 :])


def mark(parts: Sequence[Part], i: int, is_opinion: bool) -> tuple[Part, ...]:
    """The parts with part ``i`` marked as an opinion or as none.

    Raises
    ------
    SplitError
        ``bad-part``.
    """
    _check_part(parts, i)
    return (*parts[:i], replace(parts[i], is_opinion=is_opinion), *parts[i + 1 :])
