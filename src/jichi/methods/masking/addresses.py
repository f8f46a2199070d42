"""Postal addresses: Japanese ones by their city, town and number, English ones by their street.

A ward or a city alone is no address; a place becomes one with the number of a block or house, or where
someone says that they live there. 「3丁目の公園」 is a place that an opinion speaks about, and no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jichi.methods.masking.values import Kind, Span

__all__ = ["addresses"]

_KANJI = r"\u4e00-\u9fff々ヶヵケ"
_KANA = r"ぁ-んァ-ヴー"
_PREFECTURES = (
    "北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井"
    "|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎"
    "|熊本|大分|宮崎|鹿児島|沖縄)県"
)
_KANA_CITIES = (
    "さいたま|つくば|いわき|うるま|みどり|さくら|かすみがうら|ひたちなか|つくばみらい|ふじみ野|あきる野|にかほ|つがる|むつ"
    "|えびの|みやま"
)
_COUNT = r"(?:[0-9]{1,5}|[一二三四五六七八九十百〇]{1,5})"
# 3丁目10番5号, 3-10-5, 245番地の2, 816番地, 357.
_NUMBER = re.compile(
    rf"(?<![0-9第約-]){_COUNT}(?:丁目|番町) ?{_COUNT}(?:番地?|[-ーの~]) ?"
    rf"(?:の?{_COUNT}号?)?(?:-[0-9]{{1,5}}){{0,2}}"
    r"|(?<![0-9第約-])[0-9]{1,5}(?:[-ー][0-9]{1,5}){1,4}(?![0-9])(?:号室?)?"
    rf"|(?<![0-9第約-]){_COUNT}番(?:地(?:の?{_COUNT}号?)?|の?{_COUNT}号?)"
    r"|(?<![0-9第約.,-])[0-9]{1,5}(?![0-9.,]|[人件円万千億年月日時分回個台冊本団体歳才割%名丁つ番通か所世代階倍])"
)
_UNITS = "号室|号棟|号|室|F|階"
_HOUSE = re.compile(
    rf" ?(?:[{_KANJI}ァ-ヴーA-Za-z・]{{1,18}} ?)?[0-9A-Z]{{0,3}}-?[0-9]{{1,5}}(?:{_UNITS})"
    rf"| [{_KANJI}ァ-ヴーA-Za-z]{{2,18}}(?: [{_KANJI}ァ-ヴーA-Za-z]{{2,18}})? ?[0-9]{{3,4}}(?![0-9年円人件])"
)
_WINDOW = 40
_BEFORE = re.compile(rf"[{_KANJI}{_KANA} ]{{1,{_WINDOW}}}\Z")
# City and ward, then a town without the particles that would make it a sentence.
_LOCATED = re.compile(
    rf"(?P<city>(?:(?:{_PREFECTURES}) ?)?(?:(?:{_KANA_CITIES}|[{_KANJI}]{{1,5}})[市郡] ?)?)"
    rf"(?P<ward>(?:[{_KANJI}]{{1,5}}[区町村] ?)?)"
    rf"(?P<town>(?:(?![をはがにでへも])[{_KANJI}{_KANA}]){{0,12}}) ?\Z"
)
_STARTS = re.compile(rf"(?:{_PREFECTURES})|(?:{_KANA_CITIES})[市郡]|[{_KANJI}]{{1,5}}[市郡区町村]")
_LABELS = re.compile(r"(?:現?住所|所在地|自宅|勤務先|本籍|現在|私){1,4}")
_TOWN = re.compile(rf"[{_KANJI}ァ-ヴー]{{2,9}}\Z")
_TOWNS = re.compile(
    r"(?:町|丁|台|丘|野|原|田|川|島|谷|沢|崎|橋|塚|山|宮|口|津|木|宿|村|井|戸|坂|森|通|浜|間|子|府|菅|本)\Z"
)
_NOT_TOWN = re.compile(
    r"第|図|表|資料|別紙|様式|条|項|章|節|頁|計画|番号|政策|電話|会議|令和|平成|昭和|議案|予算|金額|注|基本"
)
_HOME = re.compile(
    rf"(?:[{_KANJI}]{{1,5}}市 ?)?[{_KANJI}]{{1,4}}区[{_KANJI}ァ-ヴー]{{1,8}}"
    r"(?=に住|に居住|に在住|在住|の自宅|に転居|へ転居)"
)
_POSTCODE = re.compile(r"〒 ?[0-9]{3}-?[0-9]{4}(?![0-9])|(?<![0-9-])[0-9]{3}-[0-9]{4}(?![0-9-])")
_ROOM = re.compile(
    r"(?:ハイツ|コーポ|メゾン|マンション|アパート|パレス|レジデンス|ハイム|グラン|パーク|サン|エステート)"
    rf"[{_KANJI}{_KANA}A-Za-z・]{{0,12}} ?"
    r"[0-9]{1,5}(?:号室|号|室)?(?![0-9])"
)
# Without a digit, a kanji that counts houses or a ward, there is no address.
_LIVED = re.compile("[0-9番区]")
_LETTER = re.compile("[0-9] ?[A-Za-z]|[0-9], ?[A-Z]")
_STREET = re.compile(
    r"\b[0-9]{1,5}[A-Za-z]? (?:[A-Z][A-Za-z.'-]{0,20} ){1,4}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Terrace|Square|Crescent)\b"
    r"\.?(?:,? (?:Apt|Apartment|Unit|Suite|Flat|#)\.? ?[0-9A-Za-z]{1,5})?"
)
_ROMAN = re.compile(
    r"(?:\b(?:Room|Apt|#) ?[0-9]{1,4},? )?\b[0-9]{1,4}(?:-[0-9]{1,4}){1,3},? "
    r"(?:[A-Z][A-Za-z]{1,20}(?:[- ](?:cho|machi|dori))?,? ?)"
    r"(?:[A-Z][A-Za-z]{1,20}[- ](?:ku|shi|ken|Ward|City|Ku|Shi),? ?){1,3}"
    r"(?:(?:Kawasaki|Kanagawa|Tokyo|Yokohama|Japan)\b,? ?){0,3}"
)


def _start_of(before: str, number: str) -> tuple[int, float] | None:
    """Where an address begins in what stands before its number, and how certain it is one."""
    parted = not number.isdigit()
    for start in _STARTS.finditer(before):
        located = _LOCATED.match(before, start.start())
        if located is None or not (located["ward"] or (located["city"] and parted)):
            continue
        if parted or len(located["town"].strip()) >= 2 or located["ward"].strip()[-1:] in ("町", "村"):
            label = _LABELS.match(before, start.start())
            return (label.end() if label else start.start()), (0.95 if parted else 0.7)
    town = _TOWN.search(before)
    if town is None or not parted or _NOT_TOWN.search(town.group()):
        return None
    if "丁目" in number or "番" in number or _TOWNS.search(town.group()):
        label = _LABELS.match(before, town.start())
        return (label.end() if label else town.start()), 0.7
    return None


def _numbered(text: str) -> Iterator[Span]:
    """Places with the number of a house: found from the number backwards, so that each sign is read once."""
    done = 0
    for number in _NUMBER.finditer(text):
        window = text[max(done, number.start() - _WINDOW) : number.start()]
        before = _BEFORE.search(window)
        done = number.end()
        if before is None:
            continue
        found = _start_of(before.group(), number.group())
        if found is not None:
            house = _HOUSE.match(text, number.end())
            start = number.start() - len(before.group()) + found[0]
            end = house.end() if house else number.end()
            yield Span(start, end, Kind.address, found[1], "place-and-number")


def _japanese(text: str) -> Iterator[Span]:
    yield from _numbered(text)
    for match in _HOME.finditer(text):
        yield Span(match.start(), match.end(), Kind.address, 0.6, "home")
    for match in _ROOM.finditer(text):
        yield Span(match.start(), match.end(), Kind.address, 0.7, "format")
    for match in _POSTCODE.finditer(text):
        yield Span(
            match.start(), match.end(), Kind.address, 0.95 if match.group()[0] == "〒" else 0.6, "format"
        )


def _english(text: str) -> Iterator[Span]:
    for pattern in (_STREET, _ROMAN):
        for match in pattern.finditer(text):
            end = match.start() + len(match.group().rstrip(" ,"))
            yield Span(match.start(), end, Kind.address, 0.85, "format")


def addresses(text: str) -> Iterator[Span]:
    """Postal addresses and post codes in a folded text."""
    if _LIVED.search(text):
        yield from _japanese(text)
    if _LETTER.search(text):
        yield from _english(text)
