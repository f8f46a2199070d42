"""Whether an opinion says in so many words that it is for or against.

This reads only what is said outright, such as 反対です or "I support"; most opinions say neither, and irony
is not heard. It flags, it does not count: no share of for and against may be printed from it.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["stance"]

# What sounds like one side and is the other, taken out first.
_NOT_AGAINST = re.compile(
    r"反対(?:では(?:な|あり)|する(?:もの|わけ)ではな|しな|しませ|の声も|意見も)"
    r"|(?:\bnot|n't)\s+(?:oppose|against|reject)\w*"
)
_NOT_FOR = re.compile(
    r"(?:賛成|支持|賛同)(?:では(?:な|あり)|でき(?:な|ませ|かね)|し(?:な|ませ|かね|がた)|いたしかね|はでき|しよう(?:が|も)な)"
    r"|(?:\bnot|n't|\bcannot|\bnever)\s+(?:\w+\s+)?(?:support|agree|favou?r|welcome)\w*"
)
_AGAINST = re.compile(
    r"反対|中止|撤回|白紙|廃止(?:す|を|し)|(?:やめ|止め)(?:る?べき|て(?:ほし|欲し|くだ|下さ|もらい|いただ)|ろ|よ)"
    r"|容認(?:でき|し)な|認め(?:られな|られませ|るべきでな|るわけにはいか)|許(?:せな|せませ|されな|されませ|すな)"
    r"|べきでは?(?:な|あり)"
    r"|\b(?:oppose[sd]?|against|reject|disagree|should\s+not|shouldn't|must\s+not|mustn't)\b"
)
_FOR = re.compile(
    r"賛成|支持(?:す|し|を|い)|賛同(?:す|し|い)|歓迎(?:す|し|い)|(?:進め|推進す)る?べき(?!で(?:は|な))"
    r"|進めて(?:ほし|欲し|くだ|下さ|もらい|いただ)"
    r"|\b(?:i|we|fully|strongly)\s+(?:\w+\s+)?(?:support|agree|welcome)\b|\bin\s+favou?r\b"
)


def stance(text: str) -> int:
    """Openly for (1), openly against (-1), or neither or both alike (0).

    Examples
    --------
    >>> [stance(text) for text in ("この案に反対です。", "反対ではない。", "公園を広く。", "I support this.")]
    [-1, 1, 0, 1]
    """
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    text, backing = _NOT_AGAINST.subn("", text)
    text, opposing = _NOT_FOR.subn("", text)
    opposing += len(_AGAINST.findall(text))
    backing += len(_FOR.findall(text))
    return (backing > opposing) - (backing < opposing)
