"""Submissions into opinions: nothing lost, lists and turns found, greetings and signatures set aside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods import splitting
from jichi.methods.splitting import Part, SplitError, propose


def split(text: str) -> list[tuple[str, bool]]:
    parts = propose(text)
    splitting.check(parts, text)
    return [(text[part.start : part.end].strip(), part.is_opinion) for part in parts]


LETTER = """川崎市長様
こんにちは。中原区の山田と申します。以下のとおり意見を述べます。

１．第3条について
罰則は重すぎると思います。
もっと軽くしてください。

２．第5条について
・市民の定義が不明確です。
・外国人も含めるべきです。

以上、よろしくお願いします。
山田太郎
電話 044-200-1111
"""


def test_a_letter_with_two_numbered_opinions():
    assert split(LETTER) == [
        ("川崎市長様\nこんにちは。中原区の山田と申します。以下のとおり意見を述べます。", False),
        ("１．第3条について\n罰則は重すぎると思います。\nもっと軽くしてください。", True),
        ("２．第5条について\n・市民の定義が不明確です。\n・外国人も含めるべきです。", True),
        ("以上、よろしくお願いします。\n山田太郎\n電話 044-200-1111", False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("賛成です。", 1),
        ("条例に反対します。理由は、表現の自由が心配だからです。", 1),
        ("2025年の計画では、\n3.5%とありますが、根拠は何ですか。", 1),
        ("以上", 1),
        ("・保育園を増やして\n・道を直して\n・税金を下げて", 3),
        ("意見１　賛成です。\n意見２　罰則に反対です。", 2),
        (
            "第一に、公園を増やしてください。第二に、道路を直してください。また、図書館の時間を延ばしてください。",
            3,
        ),
        ("【罰則について】\n重すぎます。\n【定義について】\n分かりません。", 2),
        ("公園のトイレが汚いです。\n\nバスの本数が少ないです。", 2),
        ("公園のトイレが汚いです。\n\nそこで、毎日の掃除を求めます。", 1),
        ("I support it because it is fair.\n\nAlso, please add a bus line to the north.", 2),
        ("(1) 道を広くしてください。\n(2) 公園を広くしてください。", 2),
        ("① 道を広く\n② 公園を広く", 2),
        ("「困る。直して」と言われました。", 1),
    ],
)
def test_how_many_opinions(text, expected):
    assert sum(says for _, says in split(text)) == expected


def test_greetings_and_signatures_are_no_opinions():
    assert split("Dear Mayor,\n\nI support the draft because it is fair.\n\nSincerely,\nJohn Smith\n") == [
        ("Dear Mayor,", False),
        ("I support the draft because it is fair.", True),
        ("Sincerely,\nJohn Smith", False),
    ]
    # What has nothing but a frame is an opinion still, for nobody is dropped.
    assert split("よろしくお願いします。") == [("よろしくお願いします。", True)]
    assert propose("") == ()


PIECES = [
    "１．",
    "・",
    "また、",
    "\n",
    "\n\n",
    "賛成です。",
    "反対。",
    "よろしくお願いします。",
    "【件】",
    "第一に、",
    "Dear ",
    " ",
    "\u3000",
    "\r\n",
    "a@b.jp",
    "👍",
    "\x00",
    "について",
    "以上",
]


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)), st.data()
)
def test_parts_rebuild_the_text_whatever_is_done(text, data):
    parts = propose(text)
    splitting.check(parts, text)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert not text or any(part.is_opinion for part in parts)
    for _ in range(4):
        if not parts:
            return
        act = data.draw(st.sampled_from(["cut", "join", "mark"]))
        i, j = (data.draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        if act == "join":
            parts = splitting.join(parts, i, j)
        elif act == "mark":
            parts = splitting.mark(parts, i, not parts[i].is_opinion)
        elif parts[i].end - parts[i].start > 1:
            at = data.draw(st.integers(parts[i].start + 1, parts[i].end - 1))
            parts = splitting.cut(parts, at)
            assert at in {part.start for part in parts}
        splitting.check(parts, text)
        assert "".join(text[part.start : part.end] for part in parts) == text


def test_corrections():
    parts = propose("あああ。いいい。")
    parts = splitting.cut(parts, 4)
    assert parts == (Part(0, 4, True), Part(4, 8, True))
    parts = splitting.mark(parts, 0, False)
    assert splitting.join(parts, 1, 0) == (Part(0, 8, True),)


def test_large_lists_stay_whole_and_come_to_an_end():
    for text in (
        "・賛成\n" * 20_000,
        "また、" * 30_000,
        " " * 100_000,
        "1." * 40_000,
        "\n" * 100_000,
        "【" * 30_000,
    ):
        splitting.check(propose(text), text)
    assert len(propose("・賛成\n" * 1_000)) == 1


def test_what_does_not_fit_is_refused():
    parts = (Part(0, 3, True), Part(3, 5, False))
    cases = (
        ("bad-cut", lambda: splitting.cut(parts, 3)),
        ("bad-cut", lambda: splitting.cut(parts, 0)),
        ("bad-cut", lambda: splitting.cut(parts, 99)),
        ("bad-part", lambda: splitting.join(parts, 0, 2)),
        ("bad-part", lambda: splitting.mark(parts, -1, True)),
        ("not-a-partition", lambda: splitting.check(parts, "123456")),
        ("not-a-partition", lambda: splitting.check(parts[1:], "12345")),
        ("not-a-partition", lambda: splitting.check((Part(0, 5, True), Part(5, 5, True)), "12345")),
    )
    for code, act in cases:
        with pytest.raises(SplitError) as caught:
            act()
        assert caught.value.code == code
