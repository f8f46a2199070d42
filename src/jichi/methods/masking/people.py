"""Persons' names: beside a label or a form of address, where someone tells theirs, and common surnames.

Nothing here knows whether a name is a person's: what is written where names stand is proposed, with how
certain the place makes it. Mayors, governors, ministers and members of councils are not proposed by their
title: they act in public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jichi.methods.masking.surnames import GIVEN_ENDS, NO_NAMES, SURNAMES, WORDS_TOO
from jichi.methods.masking.values import Kind, Span

__all__ = ["people"]

_K = r"\u4e00-\u9fff々﨑ヶ"
_H = "ぁ-ん"
_T = "ァ-ヴー"


def _alternatives(names: frozenset[str]) -> str:
    """The names as one pattern, longest first, grouped by their first character."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        groups.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items()))


_SURNAME = re.compile(_alternatives(SURNAMES))
_RUN = re.compile(
    rf"(?:[{_K}]{{1,8}}(?: [{_K}]{{1,3}})?|[{_K}]{{1,4}} ?[{_H}]{{2,4}}"
    rf"|[{_T}・=]{{2,24}}(?: [{_T}]{{2,12}})?)\Z"
)
_WINDOW = 16

# What stands after a name.
_POLITE = re.compile(
    "さん(?!ま|ご)|様|さま|氏(?!名|族|神|子)|くん|君(?!が代|主|臨)|ちゃん|殿(?!堂|下)|先生|夫妻|ご夫妻"
)
_TITLE = (
    "課長補佐|課長|係長|部長|主任|主査|主事|町会長|自治会長|会長|校長|園長|教頭|社長|店長|所長|館長"
    "|弁護士|医師|宅|家(?=の|に|が|は)"
)
_TITLES = re.compile(_TITLE)
_INTRODUCED = re.compile(
    "と申し|ともうし|と申す|といいます|と言います|という者|と言う者|と名乗|という(?=職員|人|方|男|女|名)|と言う(?=職員|人|方|男|女|名)"
)
_SAYS = re.compile("です|でございます|と申|といい|と言い|より {0,3}(?:$|\n)|だ[。\n]")
_NO_END = re.compile("[者員士師屋人達会課係部室所生長様民役手客主業校店方々市区町村県庁署局隊団]$")
_NO_RUN = re.compile("[市区町村県][長民]|[者員会課係部局]")
_AFTER_PLACE = re.compile(
    "[区市町村県駅線橋台丘港府都郡道路川町]|公園|街道|大学|小学|中学|高校|地区|支所|団地"
)

# What stands before a name.
_LABEL = re.compile(
    "(お?名前|氏名|実名|本名|代表者名?|代表|担当者?名?|申請者|提出者|差出人|保護者名?|記入者|署名|投稿者|世帯主|連絡先|意見提出者)"
    r"(?:\([^)\n]{0,12}\))?( ?[::は] ?\n?|[ \n]{1,3})"
)
_LABELLED = re.compile(
    rf"[{_K}]{{1,4}} ?[{_K}]{{1,3}}(?![{_K}])|[{_K}]{{1,4}} ?[{_H}]{{2,5}}(?=[\s(,、。/]|\Z)"
    rf"|[{_T}・]{{2,20}}(?: [{_T}]{{2,12}})?|[{_H}]{{2,8}} [{_H}]{{2,8}}(?=[\s(,、。/]|\Z)"
    r"|[A-Z][A-Za-z'-]{1,20}(?: [A-Z][A-Za-z'.-]{0,20}){0,2}"
)
_NO_LABELLED = re.compile(
    "氏名|名前|公表|公開|非公開|記入|記載|必須|任意|匿名|希望|無記名|なし|不明|等|欄|住所|電話|連絡|職業|年齢|性別|団体|会社|株式|有限|一般"
    "|変更|確認|個人|情報|提出|意見|以下|別紙|同上|省略|無し|書|入力"
)
_READING = re.compile(
    rf"(?:ふりがな|フリガナ|よみがな|カナ氏名|氏名カナ)[ :]{{1,3}}"
    rf"([{_H}{_T}]{{2,10}}(?: [{_H}{_T}]{{2,10}})?)"
)
_ROLE = re.compile(
    "(?:隣|近所|向かい|担当|窓口|受付|職員|同僚|上司|友人|知人|夫|妻|娘|息子|長男|次男|三男|長女|次女|三女|孫|父|母|兄|弟|姉|妹|係|課|支所"
    "|役所|代表|町会長|会長|部長|課長|係長|主任|センター|委員"
    "|弁護士|保育士|住民|在住|住む|マンション)[の・ :]?$"
)
_RELATIVE = re.compile(
    r"(?:夫|妻|娘|息子|長男|次男|三男|長女|次女|三女|孫|弟|妹|兄|姉|友人|甥|姪)の"
    rf"([{_K}]{{2,3}})(?=[はがをにとも、。])"
)
_KANA_GIVEN = re.compile(
    rf"(?:^|[、。「(\sの])((?!おば|おじ|おに|おね|おか|おと|あか|みな|たく|ぼく|おこ)[{_H}]{{2,4}})(?:ちゃん|くん)"
)
_NO_KANA = re.compile(
    "^(?:です|から|より|まで|という|さん|では|には|とは|など|ほか|たち|とか|だけ|への|との|での|ので|のに|まま|もの|こと|ため|ところ|および|または|くん"
    "|ちゃん|さま|かも|でも|しか|ばかり|ぐらい|くらい|について|による|により|ならび|は|が|を|に|で|と|も|の)"
)
_NO_KATAKANA = re.compile(
    "スタッフ|ボランティア|ドライバ|ヘルパ|ケアマネ|オーナ|パート|サラリーマン|アルバイト|コーチ|トレーナ|カメラマン|ガードマン|クレーマ|メンバ|ユーザ"
    "|サポータ|マネージャ|リーダ|ベビ|ママ|パパ|ワンコ|ネコ|イヌ|スーパ|コンビニ|タクシ|バス|ホームレス|シニア|シルバ|メーカ|テレビ|ペット|アドバイザ|コーディネータ"
)
_NO_GIVEN = frozenset(["小松菜", "金子一", "高野山", "松本城", "大谷石", "和田堀", "上原則"])
_JAPANESE = re.compile(rf"[{_K}{_H}{_T}]")

# English.
_LETTER = re.compile("[A-Za-z]")
_WORD = r"[A-Z][A-Za-z'’-]{1,20}"
_ENGLISH = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Madam)\.? {_WORD}(?: {_WORD}){{0,2}}"
    rf"|\b{_WORD}(?: {_WORD})?[- ](?:san|sama|sensei|kun|chan)\b"
)
_MY_NAME = re.compile(
    rf"\b(?i:my (?:full )?name is|my name['’]s|(?:full |your )?name:|i am called|signed:?|signed by) "
    rf"({_WORD}(?: {_WORD}){{0,3}})"
    rf"|\b(?:I am|I['’]m|This is) ({_WORD} {_WORD})"
    rf"|\b(?i:sincerely|regards|yours truly|yours faithfully|respectfully|best wishes|thank you|thanks),? ?"
    rf"\n\s{{0,3}}((?:[A-Z]\. ?){{0,2}}{_WORD}(?: {_WORD}){{0,3}})(?=\s|\Z)"
)

_LAST_LINE = re.compile(rf"\n({_WORD} {_WORD})(?=\s{{0,40}}\Z|\n\+?[(0-9])")


def _span(start: int, end: int, certainty: float, reason: str) -> Span:
    return Span(start, end, Kind.name, certainty, reason)


def _is_kanji(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff" or sign in "々﨑ヶ"


@lru_cache(maxsize=4096)
def _named(run: str) -> tuple[int, int] | None:
    """Where in a run of kanji a common surname with at most a given name stands, the first of them."""
    for found in _SURNAME.finditer(run):
        rest = run[found.end() :].strip()
        title = _TITLES.search(rest)
        rest = rest[: title.start()] if title else rest
        inner = len(found.group()) == 1 and found.start() > 0
        if len(rest) <= 4 and not inner and not _NO_RUN.search(rest):
            return found.start(), found.end() + len(run[found.end() :]) - len(
                run[found.end() :].lstrip()
            ) + len(rest)
    return None


@lru_cache(maxsize=4096)
def _run_of(window: str) -> str:
    found = _RUN.search(window)
    return found.group() if found else ""


def _before(text: str, place: int) -> tuple[int, str]:
    """The run of characters that can be a name before a place, and where it starts."""
    if not place or not text[place - 1].isalpha():
        return place, ""
    window = text[max(0, place - _WINDOW) : place]
    run = _run_of(window)
    return place - len(run), run


def _ending(text: str, place: int, *, listed: bool, certainty: float, reason: str) -> Iterator[Span]:
    """A name that ends at a place."""
    start, run = _before(text, place)
    run = run.rstrip()
    if not run or run in NO_NAMES:
        return
    named = _named(run)
    if named is not None and run[named[0] : named[1]] not in NO_NAMES:
        yield _span(start + named[0], start + named[1], certainty, reason)
    elif listed:
        return
    elif _is_kanji(run[0]):
        tail = run.split(" ")[-1]
        if 2 <= len(run) <= 6 and not (_NO_END.search(run) or tail in NO_NAMES or run[-2:] in NO_NAMES):
            yield _span(start, start + len(run), certainty - 0.25, reason)
    elif not _NO_KATAKANA.search(run):
        yield _span(start, start + len(run), certainty - 0.2, reason)


def _followed(text: str) -> Iterator[Span]:
    for match in _POLITE.finditer(text):
        yield from _ending(text, match.start(), listed=False, certainty=0.9, reason="addressed")
    for match in _TITLES.finditer(text):
        yield from _ending(text, match.start(), listed=True, certainty=0.75, reason="addressed")
    for match in _INTRODUCED.finditer(text):
        own = not match.group().startswith(("という", "と言う"))
        yield from _ending(
            text, match.start(), listed=not own, certainty=0.95 if own else 0.8, reason="introduced"
        )
    for match in _KANA_GIVEN.finditer(text):
        yield _span(match.start(1), match.end(1), 0.6, "addressed")


def _labelled(text: str) -> Iterator[Span]:
    for label in _LABEL.finditer(text):
        name = _LABELLED.match(text, label.end())
        if name is None or _NO_LABELLED.search(name.group()):
            continue
        surname = _SURNAME.match(text, label.end())
        sure = ":" in label.group(2) and "連絡先" not in label.group(1)
        weak = label.group(1) in ("代表", "担当", "連絡先", "代表者", "担当者") or "は" in label.group(2)
        end = name.end()
        for says in _SAYS.finditer(text, label.end(), min(len(text), label.end() + 12)):
            end = min(end, says.start())
            weak = weak and "は" not in label.group(2)
        if surname or sure or not weak:
            yield _span(label.end(), max(end, label.end() + 1), 0.9 if surname or sure else 0.6, "label")
    for reading in _READING.finditer(text):
        yield _span(reading.start(1), reading.end(1), 0.9, "label")


_GIVEN = re.compile(rf"( ?)(?:([{_K}]{{1,3}})(?![{_K}])|([{_H}]{{2,5}})(?![{_H}])|([{_T}]{{2,6}})(?![{_T}]))")
_STOP = re.compile(r"[\s()、。,/「」]|\Z")


def _given(text: str, surname: str, place: int) -> tuple[int, float] | None:
    """The end of a given name that follows a surname, and how certain both are a name."""
    found = _GIVEN.match(text, place)
    if found is None or surname + found.group().strip() in _NO_GIVEN:
        return None
    space, kanji, hiragana, katakana = found.groups()
    word = surname in WORDS_TOO or len(surname) == 1
    if kanji:
        ends = kanji[-1] in GIVEN_ENDS
        if (space and (ends or not word)) or (ends and (len(kanji) == 2 or not word) and len(surname) > 1):
            return found.end(), 0.85 if space else 0.7
    elif hiragana and not _NO_KANA.match(hiragana):
        if not word and _STOP.match(text, found.end()):
            return found.end(), 0.8 if space else 0.65
    elif katakana and space and not word:
        return found.end(), 0.7
    return None


def _by_surname(text: str) -> Iterator[Span]:
    for match in _SURNAME.finditer(text):
        start, end, surname = match.start(), match.end(), match.group()
        if start and _is_kanji(text[start - 1]) and not _ROLE.search(text, max(0, start - 6), start):
            continue
        if _AFTER_PLACE.match(text, end):
            continue
        given = _given(text, surname, end)
        if given is not None:
            end, certainty = given
            yield _span(start, end, certainty, "surname")
        elif surname in WORDS_TOO:
            if _ROLE.search(text, max(0, start - 6), start) and _SAYS.match(text, end):
                yield _span(start, end, 0.7, "introduced")
            continue
        before = text[start - 1] if start else "\n"
        if _SAYS.match(text, end) and before in "\n。、,の は「(!?":
            yield _span(start, end, 0.8, "introduced")
        elif (
            given is None
            and _ROLE.search(text, max(0, start - 6), start)
            and not _is_kanji(text[end : end + 1] or " ")
        ):
            yield _span(start, end, 0.7, "role")
        elif given is None and before == "\n" and text[end : end + 1] in ("", "\n"):
            yield _span(start, end, 0.7, "signature")


def _relatives(text: str) -> Iterator[Span]:
    """Given names alone, of those who belong to the writer: 夫の健二."""
    for match in _RELATIVE.finditer(text):
        name = match.group(1)
        if name[-1] in GIVEN_ENDS and name not in NO_NAMES:
            yield _span(match.start(1), match.end(1), 0.5, "role")


def _english(text: str) -> Iterator[Span]:
    for match in _ENGLISH.finditer(text):
        yield _span(match.start(), match.end(), 0.85, "addressed")
    for match in _LAST_LINE.finditer(text):
        yield _span(match.start(1), match.end(1), 0.5, "signature")
    for match in _MY_NAME.finditer(text):
        group = match.lastindex or 1
        certainty = (0.95, 0.5, 0.85)[group - 1]
        yield _span(
            match.start(group), match.end(group), certainty, "signature" if group == 3 else "introduced"
        )


def people(text: str) -> Iterator[Span]:
    """Names of persons in a folded text."""
    if _JAPANESE.search(text):
        yield from _followed(text)
        yield from _labelled(text)
        yield from _by_surname(text)
        yield from _relatives(text)
    if _LETTER.search(text):
        yield from _english(text)
