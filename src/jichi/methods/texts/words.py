"""Words of Japanese and English: where they stand, their one spelling, and which of them carry a subject.

Japanese is cut by Sudachi with its small dictionary into short units, written in their normalised form
(見積り and 見積もり are one word). A sentence without kana or kanji is cut at its word boundaries.

References
----------
Takaoka, K. et al. (2018). Sudachi: a Japanese tokenizer for business. LREC 2018.

Harman, D. (1991). How effective is suffixing? Journal of the American Society for Information Science 42,
7-15 (the S stemmer).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from jichi.methods.texts.sentences import sentences

__all__ = ["WEIGHT", "Kind", "Word", "content_weights", "words"]


class Kind(StrEnum):
    """What a word does in its sentence, as far as topics and labels need to know."""

    noun = "noun"
    number = "number"
    suffix = "suffix"
    prefix = "prefix"
    adjective = "adjective"
    verb = "verb"
    adverb = "adverb"
    particle = "particle"
    auxiliary = "auxiliary"
    pronoun = "pronoun"
    mark = "mark"
    other = "other"


class Word(NamedTuple):
    """A word at its place.

    ``text[start:end]`` is how it is written, ``base`` its one spelling, and ``content`` whether it says what
    the sentence is about. (A tuple with names: a city's opinions hold a million of them.)
    """

    start: int
    end: int
    base: str
    kind: Kind
    content: bool


# What a word says about the subject. A verb says less than the noun beside it (検査する, 行う), yet a short
# opinion may have nothing else.
WEIGHT = {
    Kind.noun: 1.0,
    Kind.number: 1.0,
    Kind.suffix: 1.0,
    Kind.adjective: 1.0,
    Kind.verb: 0.5,
    Kind.adverb: 0.5,
}

_KINDS = {
    "名詞": Kind.noun,
    "代名詞": Kind.pronoun,
    "接尾辞": Kind.suffix,
    "接頭辞": Kind.prefix,
    "形容詞": Kind.adjective,
    "形状詞": Kind.adjective,
    "動詞": Kind.verb,
    "副詞": Kind.adverb,
    "助詞": Kind.particle,
    "助動詞": Kind.auxiliary,
    "補助記号": Kind.mark,
    "記号": Kind.mark,
    "空白": Kind.mark,
}
# Sudachi refuses more than 49,149 bytes at once; a character takes at most four.
_LONGEST = 12_000
_SURROGATES = re.compile("[\ud800-\udfff]")
_JAPANESE = re.compile(
    r"[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003ffff]"
)
# Letters with their combining marks and inner apostrophes, a run of digits, or one other visible character.
_PIECES = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]|['’](?=[^\W\d_]))*|\d+(?:[.,]\d+)*|[^\w\s]|_")
_STOPS = (
    "a about above after again all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing don down during each few for from further get got "
    "had has have having he her here hers him his how i if in into is it its itself just let me more "
    "most much must my no nor not now of off on once only or other our ours out over own please same "
    "shall she should so some such than that the their theirs them then there these they this those "
    "through to too under until up upon us very was we were what when where which while who whom why "
    "will with would you your yours i'm it's don't doesn't isn't aren't can't won't shouldn't they're "
    "we're there's that's i've we've"
)
_ENGLISH_STOPS = frozenset(_STOPS.split())


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary  # deferred: start-up

    return Dictionary(dict="small")


def _tokenizer() -> Any:
    """A tokenizer of its own for each text: threads may share the dictionary, not this."""
    from sudachipy import SplitMode  # deferred: start-up

    return _dictionary().tokenizer(mode=SplitMode.A)


@cache
def _nature(pos: int) -> tuple[Kind, bool]:
    """Kind of a part of speech, and whether its words carry content."""
    first, second, *_ = _dictionary().pos_of(pos)
    kind = _KINDS.get(first, Kind.other)
    if second == "数詞":
        kind = Kind.number
    carries = kind in WEIGHT and second not in ("非自立可能", "助動詞語幹")
    return kind, carries


def _english(piece: str) -> str:
    """One spelling of a word in Latin letters: case folded, the plural's s taken off."""
    word = unicodedata.normalize("NFKC", piece).casefold().replace("’", "'").removesuffix("'s")
    if len(word) > 4 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss", "is")):
        return word[:-1]
    return word


def _is_latin(text: str) -> bool:
    return text[:1].isascii() and text[:1].isalpha()


def _plain(text: str) -> Iterator[Word]:
    """Words of a sentence without kana or kanji."""
    for match in _PIECES.finditer(text):
        start, end, piece = match.start(), match.end(), match.group()
        if piece[0].isdigit():
            yield Word(start, end, unicodedata.normalize("NFKC", piece), Kind.number, True)
        elif piece[0].isalpha():
            stop = piece.casefold().replace("’", "'") in _ENGLISH_STOPS
            kind = Kind.other if stop else Kind.noun
            yield Word(start, end, _english(piece), kind, not stop)
        else:
            yield Word(start, end, piece, Kind.mark, False)


def _japanese(text: str, tokenizer: Any) -> Iterator[Word]:
    for begin in range(0, len(text), _LONGEST):
        for morpheme in tokenizer.tokenize(text[begin : begin + _LONGEST]):
            kind, carries = _nature(morpheme.part_of_speech_id())
            start, end = morpheme.begin() + begin, morpheme.end() + begin
            base = morpheme.normalized_form()
            if _is_latin(base):
                base = _english(base)
                carries = carries and base not in _ENGLISH_STOPS
            yield Word(start, end, base, kind, carries)


def words(text: str) -> tuple[Word, ...]:
    """All words of a text, in order.

    Parameters
    ----------
    text
        Any text; also empty, one of symbols alone, or one that was decoded wrongly.

    Returns
    -------
    tuple of Word
        They do not overlap; white space may lie between them.

    Notes
    -----
    Each sentence is cut by itself, so that the words of one do not depend on the next. About 400,000
    characters of Japanese a second.

    Examples
    --------
    >>> [word.base for word in words("公園の遊具で遊びたい。") if word.content]
    ['公園', '遊具', '遊ぶ']
    """
    # A lone surrogate, the trace of a wrong decoding, cannot be handed to Sudachi; offsets stay.
    text = _SURROGATES.sub("\ufffd", text)
    tokenizer = None
    found: list[Word] = []
    # Long texts are often lists and tables that say the same over and over.
    known: dict[str, list[Word]] = {}
    for part in sentences(text):
        sentence = text[part.start : part.end]
        if sentence not in known:
            if _JAPANESE.search(sentence) is None:
                known[sentence] = list(_plain(sentence))
            else:
                tokenizer = tokenizer or _tokenizer()
                known[sentence] = list(_japanese(sentence, tokenizer))
        at = part.start
        found.extend(Word(at + one[0], at + one[1], one[2], one[3], one[4]) for one in known[sentence])
    return tuple(found)


def content_weights(text: str) -> dict[str, float]:
    """How often each content word occurs, a verb or adverb counting half.

    Returns
    -------
    dict
        From base form to weighted count; empty when nothing in the text carries content.
    """
    counts: dict[str, float] = {}
    for word in words(text):
        if word.content:
            counts[word.base] = counts.get(word.base, 0.0) + WEIGHT[word.kind]
    return counts
