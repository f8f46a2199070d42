"""Furigana: readings over the kanji of a finished page, for those who asked for them.

Only text is touched, and only where it is Japanese and may be marked up: attributes, titles, forms' values,
code and drawings stay as they are, and without its ruby the page is byte for byte the page it was. Readings
come from the city's own list first (names of places and schemes), then from the dictionary of SudachiPy;
where that is not installed, from the list alone.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

_SKIPPED = frozenset(
    [
        "ruby",
        "rt",
        "rp",
        "script",
        "style",
        "textarea",
        "title",
        "option",
        "select",
        "svg",
        "code",
        "pre",
        "kbd",
        "samp",
        "head",
        "template",
        "object",
        "math",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_RAW = frozenset({"script", "style", "textarea", "title"})
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*>|<(?P<slash>/?)(?P<tag>[a-zA-Z][^\s/>]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>",
    re.DOTALL,
)
_LANG = re.compile(r"(?<![\w-])lang\s*=\s*[\"']?([\w-]*)", re.IGNORECASE)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3006\u3007\u30f6\U00020000-\U0003ffff"
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\U00020000-\U0003ffff]")
_RUNS = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KANA_ONLY = re.compile(r"[ぁ-ゖー]+")
# Counted days and people are read by their number, which a dictionary of words does not know.
_DAYS = {
    "1": "ついたち",
    "2": "ふつか",
    "3": "みっか",
    "4": "よっか",
    "5": "いつか",
    "6": "むいか",
    "7": "なのか",
}
_DAYS |= {
    "8": "ようか",
    "9": "ここのか",
    "10": "とおか",
    "14": "じゅうよっか",
    "20": "はつか",
    "24": "にじゅうよっか",
}
_COUNTED = re.compile(
    r"(?<=月)(?P<day>\d{1,2})日|(?<!\d)(?P<people>[12])人(?!口|権)|(?<=\d)(?P<unit>[年月日人件団区市者])(?![一-龥])"
)
# What the dictionary reads in a way nobody says on such pages.
_COMMON = {"日本語": "にほんご", "日本": "にほん"}
_UNITS = {"年": "ねん", "月": "がつ", "日": "にち", "人": "にん", "件": "けん", "者": "しゃ"}
_LONGEST = 8000
_ONE_RUBY = re.compile(r"\s*<ruby>[^<]*<rt>[^<]*</rt></ruby>\s*")


def add_ruby(html: str, readings: Mapping[str, str]) -> str:
    """``html`` with ``<ruby>漢字<rt>かんじ</rt></ruby>`` in its Japanese text.

    Text that is cut up by its ruby stands in one ``<ruby-text>``, so that a row of boxes does not take each
    piece for a box of its own.

    ``readings`` maps words to their reading in hiragana and goes before the dictionary, longest word first.
    """
    known = {**_COMMON, **readings}
    reader = _reader(tuple(sorted(known.items(), key=lambda item: (-len(item[0]), item[0]))))
    return "".join(reader.annotate(text) if marked else text for text, marked in _segments(html))


def strip_ruby(html: str) -> str:
    """The inverse of :func:`add_ruby` for markup it made itself."""
    bare = html.replace("<ruby-text>", "").replace("</ruby-text>", "")
    return re.sub(r"<ruby>([^<]*)<rt>[^<]*</rt></ruby>", r"\1", bare)


def _segments(html: str) -> Iterator[tuple[str, bool]]:
    """The document cut into pieces: (piece, whether it is text that may be marked up)."""
    stack: list[tuple[str, bool]] = []
    position = 0
    while position < len(html):
        match = _MARKUP.search(html, position)
        if match is None:
            break
        if match.start() > position:
            yield html[position : match.start()], not (stack and stack[-1][1])
        yield match.group(), False
        position = match.end()
        tag = (match["tag"] or "").lower()
        if not tag:
            continue
        if match["slash"]:
            _close(stack, tag)
        elif tag not in _VOID and not (match["rest"] or "").endswith("/"):
            stack.append((tag, _is_skipped(tag, match["rest"] or "", stack)))
            if tag in _RAW:
                end = re.compile(f"</{re.escape(tag)}", re.IGNORECASE).search(html, position)
                stop = end.start() if end else len(html)
                yield html[position:stop], False
                position = stop
    if position < len(html):
        yield html[position:], not (stack and stack[-1][1])


def _is_skipped(tag: str, attributes: str, stack: list[tuple[str, bool]]) -> bool:
    if tag in _SKIPPED or "data-no-ruby" in attributes:
        return True
    outer = stack[-1][1] if stack else False
    language = _LANG.search(attributes)
    if language is None or (stack and outer and _in_skipped_element(stack)):
        return outer
    return not language.group(1).lower().startswith("ja")


def _in_skipped_element(stack: list[tuple[str, bool]]) -> bool:
    return any(name in _SKIPPED for name, _skip in stack)


def _close(stack: list[tuple[str, bool]], tag: str) -> None:
    for index in range(len(stack) - 1, -1, -1):
        if stack[index][0] == tag:
            del stack[index:]
            return


# ---- readings ----
_local = threading.local()


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    """The dictionary of SudachiPy, or None where it is not installed."""
    try:
        from sudachipy import Dictionary  # deferred: optional

        return Dictionary(dict="small")
    except Exception:
        return None


def _tokenizer() -> Any:
    """One tokenizer for each thread: they must not be shared."""
    if not hasattr(_local, "tokenizer"):
        dictionary = _dictionary()
        _local.tokenizer = dictionary.tokenizer() if dictionary is not None else None
    return _local.tokenizer


@lru_cache(maxsize=16)
def _reader(readings: tuple[tuple[str, str], ...]) -> _Reader:
    return _Reader(readings)


class _Reader:
    """Annotates text with one city's readings; remembers what it has done."""

    def __init__(self, readings: tuple[tuple[str, str], ...]) -> None:
        self._readings = dict(readings)
        words = "|".join(re.escape(word) for word, _reading in readings if word)
        self._words = re.compile(words) if words else None
        self.annotate = lru_cache(maxsize=4096)(self._annotate)

    def _annotate(self, text: str) -> str:
        if not _KANJI.search(text):
            return text
        marked = self._marked(text)
        whole = marked == text or _ONE_RUBY.fullmatch(marked)
        return marked if whole else f"<ruby-text>{marked}</ruby-text>"

    def _marked(self, text: str) -> str:
        if self._words is None:
            return _by_dictionary(text)
        out: list[str] = []
        position = 0
        for match in self._words.finditer(text):
            out.append(_by_dictionary(text[position : match.start()]))
            out.append(with_reading(match.group(), self._readings[match.group()]))
            position = match.end()
        out.append(_by_dictionary(text[position:]))
        return "".join(out)


def _by_dictionary(text: str) -> str:
    out: list[str] = []
    position = 0
    for match in _COUNTED.finditer(text):
        counted = _counted(match)
        if counted is None:
            continue
        out.append(_tokenized(text[position : match.start()]))
        out.append(counted)
        position = match.end()
    out.append(_tokenized(text[position:]))
    return "".join(out)


def _counted(match: re.Match[str]) -> str | None:
    if match["day"]:
        reading = _DAYS.get(match["day"].lstrip("0"))
        return _ruby(match.group(), reading) if reading else match["day"] + _ruby("日", "にち")
    if match["people"]:
        return _ruby(match.group(), "ひとり" if match["people"] == "1" else "ふたり")
    reading = _UNITS.get(match["unit"])
    return _ruby(match["unit"], reading) if reading else None


def _tokenized(text: str) -> str:
    tokenizer = _tokenizer()
    if tokenizer is None or not _KANJI.search(text):
        return text
    if len(text) > _LONGEST:
        return "".join(_tokenized(text[i : i + _LONGEST]) for i in range(0, len(text), _LONGEST))
    try:
        pieces = [(m.surface(), m.reading_form()) for m in tokenizer.tokenize(text)]
    except Exception:
        return text
    if "".join(surface for surface, _reading in pieces) != text:
        return text
    return "".join(
        with_reading(surface, reading) if _KANJI.search(surface) else surface for surface, reading in pieces
    )


def with_reading(surface: str, reading: str) -> str:
    """``surface`` with its reading over the kanji only: 取り組み → 取[と]り組[く]み.

    A reading that is not kana, or that cannot be laid over the word, leaves the word as it is.
    """
    kana = reading.translate(_TO_HIRAGANA)
    if not _KANA_ONLY.fullmatch(kana):
        return surface
    runs = _RUNS.findall(surface)
    pattern = "".join(
        "(.+?)" if _KANJI.search(run) else re.escape(run.translate(_TO_HIRAGANA)) for run in runs
    )
    match = re.fullmatch(pattern, kana)
    if match is None:
        return _ruby(surface, kana) if _RUNS.fullmatch(surface) else surface
    parts = iter(match.groups())
    return "".join(_ruby(run, next(parts)) if _KANJI.search(run) else run for run in runs)


def _ruby(base: str, reading: str) -> str:
    return f"<ruby>{base}<rt>{reading}</rt></ruby>"
