"""Content words, and which way a text leans."""

import pytest

from jichi.methods.campaigns.wording import SIDE, wordings


def signs(text):
    return wordings([text])[0].signs


@pytest.mark.parametrize(
    ("text", "word", "sign"),
    [
        ("文言を元に戻してください。", "戻す", 1),
        ("文言を元に戻さないでください。", "戻す", -1),
        ("案を撤回せよ。", "撤回", 1),
        ("教訓を忘れるな。", "忘れる", -1),
        ("省令に書くべきだ。", "書く", 1),
        ("省令に書くべきではありません。", "書く", -1),
        ("保育料を無料にしてください。", "無料", 1),
        ("保育料を無料にしないでください。", "無料", -1),
        ("保育料を無料にすることに反対です。", "無料", -1),
        ("公開を義務づけてください。", "義務", 1),
        ("公開の義務化に反対します。", "義務", -1),
        ("再利用に反対します。", SIDE, -1),
        ("再利用には賛成できません。", SIDE, -1),
        ("再利用には賛成できません。", "利用", -1),
        ("再利用に賛成します。", SIDE, 1),
        ("案に反対し、撤回を求めます。", SIDE, -1),
        ("測定を続けていただけないでしょうか。", "続ける", 1),
        ("再利用をやめてください。", "利用", -1),
        ("長期の測定は不要です。", "必要", -1),
        ("原発を再稼働し、補助はやめてください。", "稼働", 1),
        ("原発は再稼働せず、補助を続けてください。", "稼働", -1),
        ("年金が減り、生活が苦しいのでやめてください。", "減る", None),
        ("原発を再稼働し、補助もやめるそうです。", "稼働", None),
        ("Please do not cut the late bus.", "cut", -1),
        ("Please do cut the late bus.", "cut", 1),
        ("Don't cut the late bus.", "cut", -1),
        ("The trees should not be felled.", "fell", -1),
        ("The council should keep it.", "keep", 1),
        ("I oppose cutting the bus.", "cut", -1),
        ("I support the felling of the trees.", "fell", 1),
        ("I do not support the plan.", SIDE, -1),
    ],
)
def test_signs(text, word, sign):
    assert signs(text).get(word) == sign


@pytest.mark.parametrize(
    "text",
    ["教訓を忘れたのでしょうか。", "文言が削除されています。", "Cutting it would be wrong.", "", "😀", "123"],
)
def test_what_only_asks_or_reports_has_no_sign(text):
    assert signs(text) == {}


def test_a_word_said_both_ways_has_no_sign():
    assert "戻す" not in signs("文言を戻してください。文言を戻さないでください。")


def test_variants_are_one_word():
    first, second = wordings(["見積りを示すべきだ。", "見積もりを示すべきだ。"])
    assert first.words == second.words


def test_numbers_and_particles_are_no_content():
    assert not set(wordings(["8000ベクレルは高い。"])[0].words) & {"8000", "は"}


def test_a_text_longer_than_the_analyser_takes():
    found = wordings(["図書館を開けてください。" * 3000, "あ" * 60_000])
    assert found[0].words.count("図書") == 3000 or found[0].words.count("図書館") == 3000


def test_halves_of_characters_are_read_over():
    assert wordings(["反対\ud800します", "half \udfff word"])[1].words == ("half", "word")
