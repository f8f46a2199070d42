"""Short texts without what says nothing: greetings, thanks, a signature, and one spelling for another.

In a text of twenty signs a name or a closing phrase is a third of all sequences, and hides that two texts say
the same; a long opening that two texts share hides that they do not. The lists hold set phrases only, never a
word that could be part of an opinion. Nothing is taken from the texts themselves: this is for measuring.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jichi.methods.campaigns.stances import OPPOSED

__all__ = ["core_of", "holds_whole", "is_cited", "is_trimmed", "says_same"]

_FEWEST = 8
"""Signs that must be left: a text of courtesies alone is compared as it is."""

_SPELLINGS = dict(
    pair.split(" ")
    for pair in re.split(
        r"[|\n]",
        """
下さい ください|致し いたし|頂き いただき|頂け いただけ|頂く いただく|欲し ほし|子供 子ども|出来 でき
無くし なくし|無い ない|無く なく|為に ために|良い よい|良く よく|様に ように|是非 ぜひ|全て すべて
更に さらに|沢山 たくさん|分か わか|判り わかり|判る わかる|宜し よろし|有難う ありがとう|貰 もら
於いて おいて|又は または|及び および|障碍 障害|障がい 障害|引上げ 引き上げ|引下げ 引き下げ
考えます 思います|考えています 思います|思っています 思います|もとめ 求め
取組み 取り組み|取締り 取り締まり|取り締り 取り締まり|直ぐ すぐ|御 ご
""".strip(),
    )
)
_SPELLED = re.compile("|".join(sorted(_SPELLINGS, key=lambda one: (-len(one), one))))

_WHO = "一?(?:[国市県都府道町村区]民|住民|納税者|消費者|有権者|個人|保護者|主婦|会社員)"
_START = re.compile(
    "^(?:拝啓|前略|(?:初|はじ)めまして|こんにち[はわ]|こんばん[はわ]|おはようございます|お疲れ(?:さま|様)です"
    "|(?:いつも|日頃より|平素より)?(?:大変)?お世話になって(?:おり|い)ます|(?:いつも|日頃より)?ありがとうございます"
    "|(?:ご)?担当(?:者|の方)?(?:様|さま|殿|御中)|関係(?:者)?各位|皆様"
    "|(?:初めて|はじめて)(?:投稿|意見|メール|コメント)(?:を)?(?:いた)?(?:します|させていただきます)"
    f"|{_WHO}として(?:の意見です|(?=意見|申し|一言))|お忙しい(?:ところ|中)失礼(?:いた)?します|拝見しました"
    "|(?:この件について|本件について|以下の通り|以下のとおり|下記の通り|下記のとおり|パブリックコメントに)?"
    "(?:意見|コメント|一言)(?:です|(?:を)?(?:いた)?します|を?申し上げます|を?述べます|を?送ります"
    "|を?(?:提出|投稿)(?:いた)?します|を?(?:述べ|提出|申し述べ)?させていただきます)"
    "|(?:hello|hi|dear)(?:sirormadam|sirs?|madam|administrator|secretary|commissioners?|all|everyone"
    "|representatives?|senators?|council(?:members)?)?|towhomitmayconcern|goodmorning|goodafternoon)"
)
_END = re.compile(
    "(?:(?<![をくうと])(?:以上|どうぞ|どうか|何卒|なにとぞ)*(?:よろしく|ご検討(?:の?ほど)?(?:を)?(?:よろしく)?)?"
    "お願い(?:(?:いた)?します|(?:いた)?しますね|申し上げます)|よろしく(?:です|どうぞ)?"
    "|(?<![をくうと])(?:切に願います|(?:ぜひ|是非)?ご検討(?:ください|下さい|願います))"
    "|以上(?:です|となります|になります)?|敬具|草々|(?:どうも)?ありがとうございま(?:す|した)"
    "|(?:many)?thank(?:s|you)(?:(?:so|very)much)?"
    "(?:for(?:your)?(?:time|attention|consideration|considering(?:this|mycomments?)|help|reading|listening)"
    "(?:and(?:time|attention|consideration))?)?"
    "|please|(?:yours|respectfully|sincerely|(?:best|kind|warm)?regards)"
    "(?:yours|truly|sincerely|faithfully|submitted)?)$"
)
_MAY_END = re.compile("[すねたぞい上具々a-z]$")
"""The last signs of those: looking for them all takes ten times as long."""
_TAIL, _LONG_TAIL = 48, 160
"""Signs within which a closing phrase stands, in Japanese and in English: no more are searched."""
_SIGNED = re.compile(r"(?:sincerely(?:yours)?|regards|respectfully(?:submitted)?|yourstruly)[a-z]{3,40}$")
_NAMED = re.compile(
    "(?<=ます|です|せん|さい|した)"
    r"[\u4e00-\u9fff々〆ァ-ヺー0-9の.]{2,20}$"
)
_SIGNATURE = re.compile(r"[\u4e00-\u9fff々〆ァ-ヺー0-9の.]{2,20}|[a-z][a-z0-9]{2,24}")
# Endings of one meaning; the whole list, for a changed ending can turn the opinion round.
_ENDINGS = (
    (
        re.compile(
            "(?<=[てで])(?:ほしい|いただきたい|もらいたい|いただけますか|いただけませんか|もらえますか|もらえませんか"
            "|ください(?:ませ)?)(?:の?です|んです)?(?:と(?:思います|思う|願います))?$"
        ),
        "ください",
    ),
    (re.compile("べき(?:だ|である|です)?(?:と(?:思います|思う))?$"), "べきです"),
    (re.compile("(?:である|です|だ)?と(?:思います|思う)$|である$"), "です"),
    (re.compile("(?<=求め)る$"), "ます"),
)
_KANA = re.compile("[ぁ-ゖー]")
_SIDES = re.compile("|".join(map(re.escape, sorted(OPPOSED))))
_MOST_ADDED = 1.5
_CITING = re.compile(
    "と(?![にてこきりも思考存願感])|と(?:思|考え|存じ|感じ)[いわ]?(?:ません|ない)|など|なんて|って|わけ|のは|のに|かどうか"
    "|but|unless|except"
)
"""What goes on after words of somebody else, to agree with them or not. What begins a sentence is let be."""


def _without_courtesies(form: str) -> str:
    while True:
        shorter = _START.sub("", form)
        if _MAY_END.search(shorter):
            tail = _LONG_TAIL if shorter[-1].isascii() else _TAIL
            shorter = shorter[:-tail] + _SIGNED.sub("", _END.sub("", shorter[-tail:]))
        named = _NAMED.search(shorter)
        if named and not _takes_sides(named.group()):
            shorter = shorter[: named.start()]
        if len(shorter) < _FEWEST:
            return form
        if shorter == form:
            return form
        form = shorter


def core_of(form: str) -> str:
    """What a normal form says, without set phrases and a signature at its ends, in one spelling.

    Examples
    --------
    >>> core_of("初めまして図書館を夜まで開けて下さいよろしくお願いします")
    '図書館を夜まで開けてください'
    """
    return _SPELLED.sub(lambda found: _SPELLINGS[found.group()], _without_courtesies(form))


def _plain(core: str) -> str:
    """With one ending for all of one meaning."""
    tail = core[-_TAIL:]
    for ending, instead in _ENDINGS:
        tail = ending.sub(instead, tail)
    return core[:-_TAIL] + tail


def is_trimmed(form: str, core: str) -> bool:
    """Whether more than one's spelling was taken from the form."""
    return len(form) - len(core) > _FEWEST


def _takes_sides(added: str) -> bool:
    return bool(_SIDES.search(added))


def _is_signed(one: str, other: str) -> bool:
    """Whether the longer is the shorter, whole, with a name or place behind it."""
    shorter, longer = sorted((one, other), key=len)
    if not longer.startswith(shorter):
        return False
    added = longer[len(shorter) :]
    # After a word without an ending a further word of the same signs goes on with the sentence.
    ends = shorter[-1].isascii() or bool(_KANA.fullmatch(shorter[-1]))
    return ends and bool(_SIGNATURE.fullmatch(added)) and not _takes_sides(added)


def is_cited(one: str, other: str) -> bool:
    """Whether the longer has the shorter, whole, only to speak about it: ...ください *という意見には*..."""
    shorter, longer = sorted((one, other), key=len)
    at = longer.find(shorter)
    return at >= 0 and bool(_CITING.match(longer, at + len(shorter)))


def holds_whole(one: str, other: str, least: float) -> bool:
    """Whether the longer has the shorter, whole, and at most one and a half times as much besides.

    ``least`` is the effective length from which a text is looked for: what is shorter stands in many.
    """
    shorter, longer = sorted((one, other), key=len)
    weight = _weight(shorter)
    added = _weight(longer) - weight
    return weight >= least and added <= _MOST_ADDED * weight and shorter in longer


def _jaccard(one: str, other: str) -> float:
    ours, theirs = ({text[at : at + 3] for at in range(len(text) - 2)} for text in (one, other))
    return len(ours & theirs) / max(len(ours | theirs), 1)


def _weight(core: str) -> float:
    return len(core) - len(core.encode("ascii", "ignore")) / 2


def says_same(one: str, other: str, needed: Callable[[float], float]) -> bool:
    """Whether two cores are near-duplicates.

    Parameters
    ----------
    one, other
        What :func:`core_of` gives.
    needed
        The Jaccard coefficient that two texts need whose shorter has this effective length.

    Notes
    -----
    Whether one turns the other round is looked at apart (:mod:`~jichi.methods.campaigns.stances`).
    """
    if one == other or _is_signed(one, other):
        return True
    one, other = _plain(one), _plain(other)
    return one == other or _jaccard(one, other) >= needed(min(_weight(one), _weight(other)))
