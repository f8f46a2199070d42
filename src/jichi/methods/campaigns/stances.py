"""Where two texts that read almost alike say the opposite: a negation, a word for or against, an amount.

A campaign and its counter-campaign share all but a few signs, so that no measure of likeness parts them. Here
a text turns another round if it has a word, between the same neighbours, whose opposite the other has. The
lists are short on purpose: a missed turn leaves two texts in one set, where their difference can be seen; a
false one parts a set in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.normal import normalise
from jichi.methods.texts.shingles import Units, batches

__all__ = ["OPPOSED", "Reader", "Turn", "TurnKind", "turns"]


class TurnKind(StrEnum):
    """In what two texts part."""

    STANCE = "stance"
    NEGATION = "negation"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A word of one text and what the other has in its place, both as in the normal form."""

    kind: TurnKind
    left: str
    right: str


_OPPOSITES = """
賛成 反対|支持 反対|賛同 反対|歓迎 反対|推進 反対|賛意 反対|推進 中止|推進 撤回|推進 阻止|継続 中止
継続 廃止|継続 撤回|存続 廃止|存続 閉鎖|実施 中止|実施 撤回|導入 撤回|導入 廃止|導入 中止|再開 中止
再稼働 廃炉|設置 撤去|新設 廃止|建設 中止|増税 減税|増加 減少|増額 減額|増員 減員|増やす 減らす
増やし 減らし|増やせ 減らせ|増やさ 減らさ|増や 減ら|拡大 縮小|拡充 縮小|拡充 削減|増設 削減
値上げ 値下げ|引き上げ 引き下げ|引上げ 引下げ|上げる 下げる|上げて 下げて|緩和 強化|許可 禁止
容認 禁止|解禁 禁止|認可 禁止|賛成 不賛成|妥当 不当|安全 危険|必要 不要|有料 無料|公開 非公開
高すぎ 低すぎ|高い 低い|多すぎ 少なすぎ|多い 少ない|早すぎ 遅すぎ|良い 悪い|正しい 間違い|保存 解体
保存 取り壊し|残す 壊す|よい だめだ|さんせい はんたい|
よいです だめです|support oppose|supports opposes|supporting opposing|supported opposed
support reject|endorse reject|welcome oppose|infavourof against|infavorof against|infavour against
infavor against|for against|approve reject|accept reject|increase decrease|increase reduce
increase cut|raise lower|raise cut|more less|more fewer|expand reduce|expand cut|keep scrap
keep close|keep remove|keep abolish|save scrap|open close|start stop|continue stop|continue end
allow ban|allow prohibit|permit prohibit|permit ban|legal illegal|good bad|better worse
safe dangerous|higher lower|toohigh toolow|toomany toofew|toomuch toolittle|always never
yes no|right wrong|should shouldnt|○ ×|👍 👎|↑ ↓
"""

_DENIALS = """
ません ます|ませんでした ました|ないで て|さないで して|らないで って|わないで って|たないで って
かないで いて|がないで いで|まないで んで|ばないで んで|しない する|しないで して|さない す
らない る|かない く|がない ぐ|まない む|ばない ぶ|わない う|たない つ|ない る|ない ある|ないと ると
かないで って|ではない だ|ではない です|ではない である|でない だ|でない で|ではありません です
ではありません だ|ではありません である|べきではない べきだ|べきではない べきである
べきではない べきです|べきではない べき|べきではありません べきです|べきではありません べきだ
べきでない べきだ|べきでない べき|べきでない べきです|べきでない べきである|必要ない 必要
必要ない 必要だ|必要はない 必要だ|必要はない 必要がある|必要はない 必要です
必要はありません 必要です|必要はありません 必要があります|くない い|くない かった|くないです いです
くありません いです|なく て|なくて て|せず して|さず して|らず り|不 |非 |反 親|無 有|cannot can|cant can
dont do|dont |donot do|donot |doesnot does|doesnot |doesnt does|doesnt |didnot did|didnot |didnt did
didnt|isnt is|isnot is|arent are|arenot are|wasnt was|wont will|willnot will|shouldnt should
shouldnot should|wouldnt would|mustnt must|mustnot must|havent have|hasnt has|without with|never |
never always|not |no a|no |non |un |dis
"""


def _listed(table: str, *, both: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for pair in filter(None, re.split(r"[|\n]", table)):
        one, _, other = pair.partition(" ")
        found.setdefault(one, []).append(other)
        if both:
            found.setdefault(other, []).append(one)
    return {word: tuple(others) for word, others in found.items()}


_TURNED = _listed(_OPPOSITES, both=True)
_DENIED = _listed(_DENIALS, both=False)
OPPOSED = frozenset(word for word in _TURNED if len(word) > (4 if word.isascii() else 1))
"""Words for or against that are long enough to be hardly ever part of a name."""
_KINDS = {**dict.fromkeys(_DENIED, TurnKind.NEGATION), **dict.fromkeys(_TURNED, TurnKind.STANCE)}
_OTHERS = {word: _TURNED.get(word, ()) + _DENIED.get(word, ()) for word in {*_TURNED, *_DENIED}}
# Words are looked up by their first two signs; of those that begin alike all are tried.
_BY_PAIR: dict[tuple[str, str], list[str]] = {}
_SINGLE = re.compile("[" + "".join(sorted(word for word in _OTHERS if len(word) == 1)) + "]")
for _word in sorted(_OTHERS):
    if len(_word) > 1:
        _BY_PAIR.setdefault((_word[0], _word[1]), []).append(_word)
_AMOUNT = re.compile(
    r"[0-9][0-9.]*(?=%|[千万億兆]*円|[百千万]?パーセント|割|倍|ポイント|percent|pence|pounds|dollars|yen|euros)"
)
_NUMBER = re.compile(r"[0-9.]+")
_EDGE = "\n"
# Signs on either side that must agree: of endings, which every sentence has, more before them.
_BEFORE = {TurnKind.STANCE: 3, TurnKind.NEGATION: 4, TurnKind.AMOUNT: 3}
_AFTER, _FAR = 2, 4
_LONGEST = 20_000
"""In a text of more signs than this one word is not the opinion, and looking for each takes too long."""


def _neighbours(text: str, start: int, end: int, before: int, after: int) -> tuple[str, str]:
    # Letters say about half of what other signs do.
    wide = 2 if text[start].isascii() else 1
    return text[max(0, start - before * wide) : start], text[end : end + after * wide]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text between two edges, the words in it that have an opposite, and its amounts, with their places."""

    text: str
    words: tuple[tuple[int, str], ...]
    amounts: tuple[tuple[int, str], ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The words alone, in order."""
        return tuple(word for _, word in self.words)


def _read(form: str) -> _Read:
    text = f"{_EDGE}{form}{_EDGE}"
    starts = [at for at, pair in enumerate(pairwise(text)) if pair in _BY_PAIR]
    words = [
        (at, word) for at in starts for word in _BY_PAIR[text[at], text[at + 1]] if text.startswith(word, at)
    ]
    words += [(match.start(), match.group()) for match in _SINGLE.finditer(text)]
    amounts = tuple((match.start(), match.group()) for match in _AMOUNT.finditer(text))
    return _Read(text, tuple(words), amounts)


def _is_denied(one: _Read, at: int, word: str, other: _Read) -> bool:
    """Whether the other text has nothing in the place of a word that the one has."""
    text, end = one.text, at + len(word)
    if text.startswith(word, end) or text.endswith(word, 0, at):
        return False  # written twice by mistake
    before, after = _neighbours(text, at, end, _FAR, _FAR)
    return f"{before}{after}" in other.text


def _turned(one: _Read, other: _Read) -> Turn | None:
    """The first word of the one in whose place the other has an opposite."""
    for at, word in one.words:
        before, after = _neighbours(one.text, at, at + len(word), _BEFORE[_KINDS[word]], _AFTER)
        if f"{before}{word}{after}" in other.text:
            continue
        for instead in _OTHERS[word]:
            found = f"{before}{instead}{after}" in other.text if instead else _is_denied(one, at, word, other)
            if found:
                return Turn(kind=_KINDS[word], left=word, right=instead)
    return None


def _changed(one: _Read, other: _Read) -> Turn | None:
    """The first amount of the one in whose place the other has another."""
    for at, number in one.amounts:
        before, after = _neighbours(one.text, at, at + len(number), _BEFORE[TurnKind.AMOUNT], _AFTER)
        if f"{before}{number}{after}" in other.text:
            continue
        place = re.search(f"{re.escape(before)}({_NUMBER.pattern}){re.escape(after)}", other.text)
        if place:
            return Turn(kind=TurnKind.AMOUNT, left=number, right=place.group(1))
    return None


def _parted(one: _Read, other: _Read, *, stances: bool, amounts: bool) -> Turn | None:
    if stances and one.told != other.told:
        found = _turned(one, other)
        if found:
            return found
        found = _turned(other, one)
        if found:
            return Turn(kind=found.kind, left=found.right, right=found.left)
    return _changed(one, other) if amounts and one.amounts and other.amounts else None


def turns(left: str, right: str) -> Turn | None:
    """In what one text turns another round, if it does.

    Parameters
    ----------
    left, right
        The original texts.

    Returns
    -------
    Turn or None
        The first word or amount that stands between the same neighbours as its opposite in the other text.
        Of two texts that merely differ, None.

    Notes
    -----
    A word that both texts have between the same neighbours says nothing. Neighbours are three or four
    signs before and two after (of letters twice as many), or four on each side where the other text has
    nothing in the place of a negation. A single slip of the pen can turn a text round too: it is believed.

    Examples
    --------
    >>> turns("この計画に賛成です。", "この計画に反対です。")
    Turn(kind=<TurnKind.STANCE: 'stance'>, left='賛成', right='反対')
    >>> turns("I do not support this plan.", "We support this plan!") is None
    True
    """
    ours, theirs = normalise(left), normalise(right)
    if max(len(ours), len(theirs)) > _LONGEST:
        return None
    return _parted(_read(ours), _read(theirs), stances=True, amounts=True)


def _flags(signs: Iterable[int]) -> npt.NDArray[np.bool_]:
    flags = np.zeros(1 << 16, np.bool_)
    flags[list(signs)] = True
    return flags


_FIRSTS = _flags(ord(one) for one, _ in _BY_PAIR if ord(one) < 1 << 16)
_ALONE = _flags(ord(word) for word in _OTHERS if len(word) == 1 and ord(word) < 1 << 16)
_DIGITS = _flags(range(ord("0"), ord("9") + 1))
_PAIRED = np.array(
    sorted(ord(one) << 16 | ord(two) for one, two in _BY_PAIR if max(ord(one), ord(two)) < 1 << 16), np.uint32
)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def _signatures(texts: Units) -> npt.NDArray[np.uint64]:
    """Numbers that are equal for two texts with the same words that have an opposite and the same digits."""
    units = np.append(texts.units, np.uint16(0))
    units, after = units[:-1], units[1:].astype(np.uint32)
    told = np.zeros(len(units), np.uint64)
    alone = np.flatnonzero(_ALONE[units])
    told[alone] = units[alone] + np.uint64(1)
    digits = np.flatnonzero(_DIGITS[units])
    told[digits] = units[digits].astype(np.uint64) << np.uint64(20) | after[digits]
    pairs = np.flatnonzero(_FIRSTS[units])
    codes = units[pairs].astype(np.uint32) << np.uint32(16) | after[pairs]
    place = np.minimum(np.searchsorted(_PAIRED, codes), len(_PAIRED) - 1)
    known = _PAIRED[place] == codes
    told[pairs[known]] += codes[known].astype(np.uint64) << np.uint64(20)
    told *= _SPREAD
    told ^= told >> np.uint64(29)
    told *= _SPREAD
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(told)])
    return np.asarray(total[texts.starts[1:]] - total[texts.starts[:-1]])


@dataclass(slots=True)
class Reader:
    """Reads texts of a collection as they are asked for, and remembers those that are asked for again."""

    units: Units
    stances: bool = True
    amounts: bool = True
    _seen: dict[int, _Read] = field(default_factory=dict)

    def _of(self, row: int) -> _Read:
        found = self._seen.get(row)
        if found is None:
            if len(self._seen) > 1 << 12:
                self._seen.clear()
            found = self._seen[row] = _read(self.units.text(row))
        return found

    def parted(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Shape (pairs,): whether one of two rows turns the other round."""
        found = np.zeros(len(left), np.bool_)
        lengths = self.units.lengths
        short = np.flatnonzero((lengths[left] <= _LONGEST) & (lengths[right] <= _LONGEST))
        for first, last in batches(lengths[left[short]] + lengths[right[short]]):
            pairs = short[first:last]
            told = _signatures(self.units.take(left[pairs])), _signatures(self.units.take(right[pairs]))
            for pair in pairs[told[0] != told[1]].tolist():
                one, other = self._of(int(left[pair])), self._of(int(right[pair]))
                found[pair] = _parted(one, other, stances=self.stances, amounts=self.amounts) is not None
        return found
