"""The sheets of the plan workbook: one per kind of thing, one row per thing.

The same sheets serve the workbook, its csv bundle and the template. A header cell says the column's
Japanese name and its key, 「値 [value]」; either alone is understood when a file is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from jichi.plan.importing.form import schema

__all__ = ["SHEETS", "Field", "Sheet", "sheet_by_name"]


@dataclass(frozen=True)
class Field:
    """A column. `kind`: text, integer, number, boolean, codes (a list parted by spaces), date, as_of.

    A column that is not `nullable` and not `required` holds "" (text) when its cell is empty.
    `parent` is True for the columns that say to which thing of another sheet the row belongs.
    """

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()
    default: bool | None = None
    parent: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: its key, its Japanese title and its columns."""

    key: str
    title: str
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        """The sheet's name in the workbook."""
        return f"{self.key} {self.title}"


def _choices(definition: str, *path: str) -> tuple[str, ...]:
    part = schema()["$defs"][definition]
    for step in path:
        part = part[step]
    return tuple(part["enum"])


def _year(key: str, label: str, *, required: bool = False) -> Field:
    return Field(key, label, "integer", required=required, nullable=not required)


def _owner(key: str, label: str, kind: str = "text") -> Field:
    return Field(key, label, kind, required=True, parent=True)


_COMPARATORS = _choices("comparator")
_POINT = ("points", "items", "properties", "role")
_SOURCE_TEXT = Field("source_text", "原文")
_NOTE = Field("note", "備考")
_SUMMARY = Field("summary", "概要")
_COMPARATOR = Field("comparator", "比較", required=True, choices=_COMPARATORS)
_DECIMALS = Field("decimals", "小数桁", "integer", required=True)
_AS_OF = Field("as_of", "時点", "as_of", nullable=True)
_VALUE = Field("value", "値", "number", nullable=True)
_PRINTED = Field("printed", "表記")

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "plan",
        "計画",
        (
            Field("key", "計画キー", required=True),
            Field("name", "計画名"),
            Field("language", "言語", required=True),
            _year("first_year", "開始年度"),
            _year("last_year", "終了年度"),
            Field("adopted_on", "策定日", "date", nullable=True),
            Field("scope_note", "収録範囲"),
            Field("source_title", "出典名"),
            Field("source_publisher", "発行者"),
            Field("source_published_on", "発行日", "date", nullable=True),
            Field("source_url", "出典URL"),
        ),
    ),
    Sheet(
        "levels",
        "階層",
        (
            Field("key", "階層キー", required=True),
            Field("name", "階層名", required=True),
            Field("kind", "種別", required=True, choices=("branch", "project")),
        ),
    ),
    Sheet(
        "periods",
        "期",
        (
            Field("number", "期番号", "integer", required=True),
            Field("name", "期名", required=True),
            _year("first_year", "開始年度"),
            _year("last_year", "終了年度"),
        ),
    ),
    Sheet(
        "nodes",
        "施策体系",
        (
            Field("code", "コード", required=True),
            Field("level", "階層", required=True),
            Field("name", "名称"),
            Field("parent", "上位コード", nullable=True),
            Field("order", "順", "integer", required=True),
            _SUMMARY,
            _SOURCE_TEXT,
            Field("department", "所管", nullable=True),
            Field("documents", "関連文書", "codes"),
        ),
    ),
    Sheet(
        "statements",
        "方向性・課題等",
        (
            _owner("node", "コード"),
            Field("kind", "区分", required=True, choices=("goal", "direction", "progress", "issue")),
            Field("text", "本文"),
            _SOURCE_TEXT,
        ),
    ),
    Sheet(
        "indicators",
        "指標",
        (
            Field("key", "指標キー", required=True),
            Field("node", "コード", required=True),
            Field("name", "指標名", required=True),
            Field("kind", "種類", required=True, choices=("sense", "outcome")),
            Field("source", "出典"),
            Field("unit", "単位"),
            _COMPARATOR,
            _DECIMALS,
            Field("definition", "定義"),
            _NOTE,
        ),
    ),
    Sheet(
        "series",
        "系列",
        (_owner("indicator", "指標キー"), Field("key", "系列キー"), Field("name", "系列名")),
    ),
    Sheet(
        "points",
        "指標の値",
        (
            _owner("indicator", "指標キー"),
            Field("series", "系列キー", parent=True),
            Field("role", "役割", required=True, choices=_choices("series", "properties", *_POINT)),
            _year("fiscal_year", "年度"),
            _AS_OF,
            _VALUE,
            _DECIMALS,
            _COMPARATOR,
            Field("period", "期番号", "integer", nullable=True),
            _PRINTED,
            _NOTE,
        ),
    ),
    Sheet("projects", "事務事業", (Field("code", "コード", required=True),)),
    Sheet(
        "initiatives",
        "取組",
        (
            _owner("project", "事業コード"),
            Field("order", "取組番号", "integer", required=True),
            Field("marker", "記号", choices=("●", "○", "")),
            Field("parent", "上位取組番号", "integer", nullable=True),
            Field("name", "取組名"),
        ),
    ),
    Sheet(
        "activities",
        "年度別取組",
        (
            _owner("project", "事業コード"),
            _owner("initiative", "取組番号", "integer"),
            Field("text", "内容"),
            _year("first_year", "開始年度"),
            _year("last_year", "終了年度"),
            Field("open_ended", "以降継続", "boolean", default=False),
            Field("certain", "確定", "boolean", default=True),
        ),
    ),
    Sheet(
        "figures",
        "数値目標",
        (
            _owner("project", "事業コード"),
            Field("order", "数値番号", "integer", required=True),
            Field("name", "名称"),
            Field("unit", "単位"),
            _COMPARATOR,
            _DECIMALS,
            Field("initiative", "取組番号", "integer", nullable=True),
        ),
    ),
    Sheet(
        "figure_points",
        "年度別の値",
        (
            _owner("project", "事業コード"),
            _owner("figure", "数値番号", "integer"),
            Field("role", "役割", required=True, choices=("reference", "target")),
            _year("fiscal_year", "年度", required=True),
            _AS_OF,
            _VALUE,
            _PRINTED,
            _NOTE,
        ),
    ),
    Sheet(
        "documents",
        "関連文書",
        (
            Field("key", "文書キー", required=True),
            Field("name", "文書名", required=True),
            Field("kind", "種類", required=True, choices=_choices("document", "properties", "kind")),
            Field("legal_basis", "根拠法令"),
            _SUMMARY,
            Field("nodes", "対象コード", "codes"),
        ),
    ),
    Sheet(
        "revisions",
        "文書の改定",
        (
            _owner("document", "文書キー"),
            _year("fiscal_year", "年度"),
            Field(
                "event",
                "区分",
                required=True,
                choices=_choices("document", "properties", "revisions", "items", "properties", "event"),
            ),
            Field("label", "版"),
            _NOTE,
        ),
    ),
    Sheet(
        "schemes",
        "制度",
        (
            Field("key", "制度キー", required=True),
            Field("name", "制度名", required=True),
            _SUMMARY,
            Field("nodes", "対象コード", "codes"),
        ),
    ),
    Sheet(
        "not_held",
        "未収録",
        (
            Field("key", "項目キー", required=True),
            Field("title", "題名", required=True),
            Field("reason", "理由"),
            Field("node", "コード", nullable=True),
        ),
    ),
    Sheet(
        "translations",
        "翻訳",
        (
            Field("language", "言語", required=True),
            Field("source", "原文", required=True),
            Field("text", "訳文"),
        ),
    ),
)


def sheet_by_name(name: str) -> Sheet | None:
    """The sheet that a name means: its key, its title, or both."""
    name = name.strip()
    first = name.split(" ")[0].split("　")[0]
    return next((s for s in SHEETS if name in (s.key, s.title, s.name) or first == s.key), None)
