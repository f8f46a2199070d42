"""The documented shape of a report's file: its sheets, their columns, the words that may stand in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WAVE, QUESTIONS, TABLES, HELP = "調査", "設問", "集計表", "説明"
SHEETS = (WAVE, QUESTIONS, TABLES)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet, or a line of the first one: its key, its Japanese head and what it says."""

    key: str
    label: str
    meaning: str | Promise
    needed: bool = False

    @property
    def head(self) -> str:
        """The head as it stands in the template."""
        return f"{self.label} [{self.key}]"


FACTS: tuple[Column, ...] = (
    Column("key", "回のキー", _("Small letters, digits and hyphens, for example 2025-1."), needed=True),
    Column("title", "回の名称", _("As the report calls it."), needed=True),
    Column("fiscal_year", "年度", _("令和7年度, R7, 2025 or FY2025."), needed=True),
    Column(
        "sampling", "抽出", _("One of 無作為抽出, 全数, 公募モニター, 窓口・出口, その他・不明."), needed=True
    ),
    Column(
        "mode", "方法", _("One of 郵送, ウェブ, 郵送・ウェブ, 面接, 配布, 電話, その他・不明."), needed=True
    ),
    Column("design", "標本設計", _("For example: two stages, 150 places, 20 people each.")),
    Column("population", "母集団", _("Who could be chosen.")),
    Column("asked", "標本数", _("How many people were asked.")),
    Column("answered", "有効回収数", _("How many answered.")),
    Column("field_first", "調査開始日", _("2025-06-01 or 令和7年6月1日.")),
    Column("field_last", "調査終了日", _("2025-06-30 or 令和7年6月30日.")),
    Column("weighting", "ウェイト", _("How the answers were weighted; empty: they were not.")),
    Column("design_effect", "デザイン効果", _("Only where the report prints one.")),
    Column("not_run_reason", "実施しなかった理由", _("Only for a wave that was not run: why.")),
    Column("document_title", "報告書名", _("The title of the report.")),
    Column("publisher", "発行者", _("Who published it; empty: who carries out the survey.")),
    Column("published_on", "公表日", _("2026-02-10 or 令和8年2月10日.")),
    Column("url", "URL", _("Where it can be read.")),
    Column("locator", "ページ・表", _("For example p. 12, table 3.")),
)

QUESTION_COLUMNS: tuple[Column, ...] = (
    Column(
        "code", "設問コード", _("Small letters, digits and hyphens; the same in every wave."), needed=True
    ),
    Column("wording", "設問文", _("Exactly as it was asked."), needed=True),
    Column("several", "回答形式", _("単数 (one answer) or 複数 (several answers); empty: 単数.")),
    Column("decimals", "小数桁", _("Digits after the point of the printed percentages; empty: as written.")),
)

TABLE_COLUMNS: tuple[Column, ...] = (
    Column("code", "設問コード", _("As on the sheet of questions."), needed=True),
    Column("dimension", "区分", _("By what it is divided: 性別, 区 …; empty: all who answered.")),
    Column("group", "属性", _("Which group: 女性, 川崎区 …; empty: all who answered.")),
    Column("n", "回答者数", _("How many of the group answered the question (n).")),
    Column("option", "選択肢", _("The answer as it was printed."), needed=True),
    Column("percent", "割合（％）", _("As printed: 54.0, not 0.54.")),
    Column("count", "件数", _("How many gave the answer, where it is printed.")),
    Column("score", "平均点", _("Only for a mean of points, in place of a percentage.")),
    Column("subtotal", "小計", _("○: the line adds other answers up.")),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    WAVE: FACTS,
    QUESTIONS: QUESTION_COLUMNS,
    TABLES: TABLE_COLUMNS,
}

SAMPLING_WORDS = {
    "probability": "無作為抽出",
    "census": "全数",
    "panel": "公募モニター",
    "exit": "窓口・出口",
    "other": "その他・不明",
}
MODE_WORDS = {
    "mail": "郵送",
    "web": "ウェブ",
    "mixed": "郵送・ウェブ",
    "interview": "面接",
    "paper": "配布",
    "phone": "電話",
    "other": "その他・不明",
}
SEVERAL_WORDS = {False: "単数", True: "複数"}
YES = "○"

_YES = {"○", "〇", "◯", "はい", "有", "yes", "y", "1", "true"}
_NO = {"", "×", "いいえ", "無", "no", "n", "0", "false", "-"}


def plain(text: str) -> str:
    """Text as it is compared with known words: NFKC, small letters, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def word_of(text: str, words: Mapping[str, str]) -> str | None:
    """The key of a word, given as itself or as its key; None where it is neither."""
    wanted = plain(text)
    return next((key for key, word in words.items() if wanted in {plain(word), key}), None)


def yes_or_no(text: str) -> bool | None:
    """Whether a mark stands; None where it is none that is known."""
    wanted = plain(text)
    if wanted in _YES:
        return True
    return False if wanted in _NO else None
