"""Drafts: read from text and Markdown, anchors carried through versions, changes down to the words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.drafts import (
    ChangeKind,
    Draft,
    DraftError,
    ParagraphKind,
    carry_anchors,
    compare,
    from_markdown,
    from_plain,
    from_text,
    pieces,
    printed,
    to_plain,
)

ORDINANCE = """見本市みんなでつくるまち条例（案）

第１章　総則
（目的）
第１条　この条例は、市民が安心して暮らせるまちをつくることを目的とする。
２　市は、前項の目的のため、必要な措置を講ずる。
（定義）
第２条　この条例において、次の各号に掲げる用語の意義は、当該各号に定めるところによる。
（１）市民　市内に住所を有する者
（２）事業者　市内で事業を営む者
　ア　法人
　イ　個人
第２条の２　前条に定めるもののほか、用語の意義は規則で定める。

第２章　市の責務
第３条　市は、施策を実施する。

附則
１　この条例は、令和９年４月１日から施行する。
※ 数字は見込みです。
区分\t件数
A\t12
"""


def anchors(draft: Draft) -> list[tuple[str, str]]:
    return [(one.anchor, one.kind.value) for one in draft.paragraphs]


def test_an_ordinance_from_text():
    draft = from_text(ORDINANCE)
    assert draft.title == "見本市みんなでつくるまち条例（案）"
    assert anchors(draft) == [
        ("1", "heading"),
        ("a1-0", "heading"),
        ("a1", "article"),
        ("a1-2", "paragraph"),
        ("a2-0", "heading"),
        ("a2", "article"),
        ("a2-2", "item"),
        ("a2-3", "item"),
        ("a2-4", "item"),
        ("a2-5", "item"),
        ("a2_2", "article"),
        ("2", "heading"),
        ("a3", "article"),
        ("3", "heading"),
        ("3-1", "paragraph"),
        ("3-2", "note"),
        ("3-3", "table_row"),
        ("3-4", "table_row"),
    ]
    assert draft.paragraph("a2-4").level == 2 and draft.paragraph("a2-4").number == "ア"
    assert printed(draft.paragraph("a3")) == "第３条\u3000市は、施策を実施する。"
    assert draft.paragraph("nowhere") is None
    plain = json.loads(json.dumps(to_plain(draft)))
    assert from_plain(plain) == draft


def test_a_plan_from_markdown():
    draft = from_markdown(
        "# 見本計画（案）\n\nまえがき\n\n## 1 はじめに\n\n- 一つめ\n- 二つめ\n  - その下\n\n1. first\n\n"
        "| 区分 | 数 |\n|---|---|\n| <b>A</b> | 2 |\n\n### 1.1 背景\n\n長い**話**です。\n"
    )
    assert draft.title == "見本計画（案）"
    assert [(one.anchor, one.kind.value, one.level, one.number, one.text) for one in draft.paragraphs] == [
        ("0-1", "paragraph", 0, "", "まえがき"),
        ("1", "heading", 2, "1", "はじめに"),
        ("1-1", "item", 1, "・", "一つめ"),
        ("1-2", "item", 1, "・", "二つめ"),
        ("1-3", "item", 2, "・", "その下"),
        ("1-4", "item", 1, "1.", "first"),
        ("1-5", "table_row", 0, "", "区分\t数"),
        ("1-6", "table_row", 0, "", "<b>A</b>\t2"),
        ("2", "heading", 3, "1.1", "背景"),
        ("2-1", "paragraph", 0, "", "長い話です。"),
    ]


def test_wrapped_lines_are_one_paragraph():
    long = "この計画は、市民の皆さまと一緒につくるものであり、これからの十年間の"
    assert [
        one.text for one in from_text(f"{long}\n方向を示します。\n次の段落です。", title="x").paragraphs
    ] == [
        long + "方向を示します。",
        "次の段落です。",
    ]


def test_a_new_version_keeps_its_anchors():
    old = from_text(ORDINANCE)
    text = (
        ORDINANCE.replace("必要な措置を講ずる", "必要な施策を講ずるものとする")
        .replace(
            "（２）事業者　市内で事業を営む者\n",
            "（２）団体　市内で活動する団体\n（３）事業者　市内で事業を営む者\n",
        )
        .replace("第２条の２　前条に定めるもののほか、用語の意義は規則で定める。\n", "")
    )
    new = carry_anchors(old, from_text(text))
    assert new.paragraph("a1-2").text.endswith("必要な施策を講ずるものとする。")
    assert new.paragraph("a2-3").text.startswith("事業者")
    assert new.paragraph("a2-2b").text.startswith("団体")
    assert new.retired == ("a2_2",)
    changes = compare(old, new)
    assert [(one.kind.value, one.anchor) for one in changes] == [
        ("changed", "a1-2"),
        ("added", "a2-2b"),
        ("changed", "a2-3"),
        ("removed", "a2_2"),
    ]
    first = changes[0]
    shown = [printed(first.new)[part.start : part.end] for part in first.new_spans if part.changed]
    assert "".join(shown) in ("施策ものとする", "施策るものとする")
    # The anchor of what is gone is not given again.
    again = carry_anchors(new, from_text(ORDINANCE))
    assert [one.anchor for one in again.paragraphs if one.text.startswith("前条に定める")] == ["a2_2b"]
    assert set(again.retired) >= {"a2_2", "a2-2b"}


def test_what_moved_is_told_as_moved():
    lines = [
        f"{at}番目の段落で、{word}について述べています。"
        for at, word in enumerate(["交通", "福祉", "防災", "教育", "環境", "文化"])
    ]
    old = from_text("\n\n".join(lines), title="案")
    new = carry_anchors(old, from_text("\n\n".join([*lines[1:5], lines[0], lines[5]]), title="案"))
    assert sorted(new.anchors) == sorted(old.anchors)
    assert [(one.kind, one.anchor, one.is_moved) for one in compare(old, new)] == [
        (ChangeKind.moved, "0-1", True)
    ]


TEXTS = st.lists(
    st.sampled_from(
        [
            "第１条　市は、努める。",
            "第２条　市民は、参加する。",
            "２　前項の規定",
            "（１）公園",
            "・道路の整備",
            "第１章　総則",
            "説明の段落です。",
            "説明の段落でした。",
            "同じ文。",
            "同じ文。",
            "a\tb",
            "※ 注",
            "1 はじめに",
            "",
            "x",
        ]
    ),
    min_size=1,
    max_size=12,
).map("\n".join)


def reread(text: str) -> Draft | None:
    try:
        return from_text(text, title="案")
    except DraftError as error:
        assert error.code == "empty"
        return None


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_carrying_is_stable_and_loses_nothing(first, second, third):
    versions = [draft for draft in map(reread, (first, second, third)) if draft is not None]
    if len(versions) < 3:
        return
    old = versions[0]
    assert carry_anchors(old, versions[0]) == old
    ever = set(old.anchors)
    for version in versions[1:]:
        new = carry_anchors(old, version)
        assert [replace(one, anchor="") for one in new.paragraphs] == [
            replace(one, anchor="") for one in version.paragraphs
        ]
        assert len(set(new.anchors)) == len(new.anchors)
        # Never used before, unless it is the same paragraph of the version just before.
        assert not (set(new.anchors) - set(old.anchors)) & ever
        assert set(old.retired) <= set(new.retired) and not set(new.retired) & set(new.anchors)
        assert carry_anchors(new, version) == new
        check_changes(old, new)
        ever |= set(new.anchors)
        old = new
        assert from_plain(to_plain(new)) == new


def check_changes(old: Draft, new: Draft) -> None:
    changes = compare(old, new)
    told = {one.anchor: one for one in changes}
    assert len(told) == len(changes)
    for change in changes:
        for side, spans in ((change.old, change.old_spans), (change.new, change.new_spans)):
            text = printed(side) if side else ""
            assert "".join(text[span.start : span.end] for span in spans) == text
    for draft, other in ((old, new), (new, old)):
        for one in draft.paragraphs:
            assert one.anchor in told or printed(other.paragraph(one.anchor)) == printed(one)


@settings(max_examples=40, deadline=None)
@given(st.text("市民は、参加する。ab 1\n", max_size=40), st.text("市民は、参加する。ab 1\n", max_size=40))
def test_pieces_partition_both_texts_and_share_the_rest(old, new):
    left, right = pieces(old, new)
    assert "".join(old[one.start : one.end] for one in left) == old
    assert "".join(new[one.start : one.end] for one in right) == new
    same_left = "".join(old[one.start : one.end] for one in left if not one.changed)
    assert same_left == "".join(new[one.start : one.end] for one in right if not one.changed)
    assert (old == new) == (not any(one.changed for one in (*left, *right)))


def test_long_and_hostile_texts_come_to_an_end():
    left, right = pieces("あ" * 90_000 + "い" + "う" * 90_000, "あ" * 90_000 + "え" + "う" * 90_000)
    assert (
        [one.end - one.start for one in left if one.changed]
        == [1]
        == [one.end - one.start for one in right if one.changed]
    )
    same = from_text("\n\n".join(["同じ文。"] * 4_000), title="案")
    assert carry_anchors(same, same) == same
    draft = from_text("\x00第１条　\ud800\u202eあ\r\n２　い", title="\x00案")
    assert draft.title == "案" and draft.paragraph("a1").text == "\ufffdあ"
    assert from_text("長い行で終わらない文章が続いていくときの書き方で、\n" * 20_000, title="x").paragraphs


def test_what_gives_no_draft_is_refused():
    ok = to_plain(from_text("あ。\nい。"))
    cases = (
        ("empty", lambda: from_text(" \n\u3000\n")),
        ("empty", lambda: from_markdown("")),
        ("too-large", lambda: from_text("あ" * 2_000_001)),
        ("too-many-paragraphs", lambda: from_text("あ。\n" * 6_000)),
        ("bad-plain", lambda: from_plain({"title": "x"})),
        ("bad-plain", lambda: from_plain({"paragraphs": [{"anchor": "A b", "kind": "note"}]})),
        ("bad-plain", lambda: from_plain({"paragraphs": [{"anchor": "a", "kind": "poem"}]})),
        ("anchors-not-unique", lambda: from_plain(ok | {"paragraphs": ok["paragraphs"][:1] * 2})),
        ("anchors-not-unique", lambda: from_plain(ok | {"retired": [ok["paragraphs"][0]["anchor"]]})),
    )
    for code, act in cases:
        with pytest.raises(DraftError) as caught:
            act()
        assert caught.value.code == code
    assert ParagraphKind("note") in ParagraphKind
