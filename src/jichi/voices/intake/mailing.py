"""A mail message (.eml) as what somebody said: read to the end whatever its headers and charsets are like.

Nothing here raises for a broken message: what cannot be read is left out and said in ``remarks``, and the
message itself is kept beside what was read of it.
"""

from __future__ import annotations

import datetime
import email
import email.parser
import email.policy
import email.utils
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser

MOST_BYTES = 30 * 1024 * 1024
MOST_PARTS = 200
_MOST_LINES = 5_000
"""Lines that may begin a part. Each becomes an object in memory: thirty megabytes of them take gigabytes."""
_MOST_HEADER = 20_000
"""Characters read of one header: the library's time for its parameters grows with the square of it."""
_MOST_SECONDS = 3.0
"""For the tags of an HTML part; unclosed ones take the library time by the square of their number."""
_JIS = re.compile(rb"\x1b\$[@B](.*?)(?=\x1b\([BJI]|\x1b\$|\Z)", re.S)
_ENCODED = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=")
_CODES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
}
_SAYS_NOTHING = frozenset(
    {"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "unknown-8bit", "8bit", "x-unknown"}
)
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Letter:
    """What was read of a message. ``files`` are its attachments as they came; ``sent_at`` is when our own
    server took it in, or else when it says it was sent; ``is_automatic``: an answer that no person wrote.
    """

    message_id: str
    subject: str
    text: str
    name: str = ""
    address: str = ""
    sent_at: datetime.datetime | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    is_automatic: bool = False
    is_repaired: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    repaired: bool = False


def read_letter(raw: bytes) -> Letter:
    """Read a message. ``remarks`` are codes: ``html-only``, ``too-many-parts``, ``broken-part``,
    ``attached-message``.
    """
    found = _Found()
    message = _parsed(raw, found)
    for number, part in enumerate(_parts(message)):
        if number >= MOST_PARTS:
            found.remarks.append("too-many-parts")
            break
        _take(part, found)
    text = "\n\n".join(one for one in found.plain if one.strip())
    if not text.strip() and found.html:
        found.remarks.append("html-only")
        text = "\n\n".join(found.html)
    name, address = _sender(message)
    return Letter(
        message_id=_header(message, "Message-ID").strip()[:500],
        subject=" ".join(_header(message, "Subject").split())[:500],
        text=text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"),
        name=name,
        address=address,
        sent_at=_moment(message),
        files=tuple(found.files),
        is_automatic=_is_automatic(message),
        is_repaired=found.repaired,
        remarks=tuple(dict.fromkeys(found.remarks)),
    )


class _Short(email.policy.Compat32):
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MOST_HEADER]


def _parsed(raw: bytes, found: _Found) -> Message:
    """The message with its parts; its headers alone where it has more parts, or deeper ones, than a mail."""
    if raw.count(b"\n--") <= _MOST_LINES:
        try:
            return email.message_from_bytes(raw, policy=_Short())
        except RecursionError:
            found.remarks.append("broken-part")
    else:
        found.remarks.append("too-many-parts")
    return email.parser.BytesHeaderParser(policy=_Short()).parsebytes(raw)


def _parts(message: Message) -> Iterator[Message]:
    """The leaves; a message that was attached is one leaf, not its parts."""
    waiting = [message]
    while waiting:
        one = waiting.pop()
        if one is not message and one.get_content_maintype() == "message":
            yield one
        elif one.is_multipart():
            payload = one.get_payload()
            waiting += reversed([inner for inner in payload if isinstance(inner, Message)])
        else:
            yield one


def _take(part: Message, found: _Found) -> None:
    try:
        if part.get_content_maintype() == "message":
            found.remarks.append("attached-message")
            return
        content = part.get_payload(decode=True)
        name = _name(part)
    except Exception:
        found.remarks.append("broken-part")
        return
    if not isinstance(content, bytes) or not content:
        return
    kind = part.get_content_type()
    is_file = bool(name) or part.get_content_disposition() == "attachment"
    if is_file or kind not in {"text/plain", "text/html"}:
        if part.get_content_maintype() != "multipart":
            found.files.append((name or f"file-{len(found.files) + 1}", content))
        return
    said, repaired = decoded(content, str(part.get_param("charset") or ""))
    found.repaired |= repaired
    if kind == "text/html":
        found.html.append(text_of_html(said))
    else:
        found.plain.append(said)


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """The text of a part, and whether something in it could not be read (it is U+FFFD then).

    The charset that is named is tried first, then those in which Japanese mail comes; ISO-2022-JP is read
    with the characters that vendors added to it (①, ㈱).
    """
    named = charset.strip().strip("\"'").lower()
    named = _CODES.get(named, named)
    if b"\x1b$" in content or named.startswith("iso-2022-jp"):
        content, named = _without_jis(content), "cp932"
    tried = [] if named in _SAYS_NOTHING else [named]
    for code in [*tried, "utf-8", "cp932", "euc_jp"]:
        try:
            text = content.decode(code)
        except (UnicodeError, LookupError, ValueError):
            continue
        if not (code == "cp932" and _is_other_code(text)):
            return text, False
    best = ""
    for code in [*tried, "utf-8", "cp932"]:
        try:
            text = content.decode(code, "replace")
        except (LookupError, ValueError):
            continue
        if not best or text.count(_REPLACED) < best.count(_REPLACED):
            best = text
    return best, True


def _is_other_code(text: str) -> bool:
    """Whether it is EUC-JP taken for Shift_JIS: half-width kana in a row, which nobody writes so."""
    return 4 * sum("\uff61" <= one <= "\uff9f" for one in text) > len(text)


def _without_jis(content: bytes) -> bytes:
    """ISO-2022-JP as Shift_JIS, by the arithmetic of the two codes."""

    def turned(match: re.Match[bytes]) -> bytes:
        pairs = match[1].replace(b"\r", b"").replace(b"\n", b"")
        return b"".join(_pair(pairs[at], pairs[at + 1]) for at in range(0, len(pairs) - 1, 2))

    return re.sub(rb"\x1b\([BJI]|\x1b\$[@B]", b"", _JIS.sub(turned, content))


def _pair(first: int, second: int) -> bytes:
    if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
        return b"?"
    high = (first - 0x21) // 2 + (0x81 if first < 0x5F else 0xC1)
    low = second + 0x7E if first % 2 == 0 else second + (0x20 if second >= 0x60 else 0x1F)
    return bytes([high, low])


def _header(message: Message, name: str) -> str:
    try:
        return _words(message.get(name, ""))
    except Exception:
        return ""


def _words(value: object) -> str:
    """A header as text: encoded words read, raw bytes guessed at, never an error."""
    raw = str(value).encode("utf-8", "surrogateescape") if isinstance(value, str) else str(value).encode()
    text, _repaired = decoded(raw, "")
    if not _ENCODED.search(text):
        return text
    pieces = []
    for content, charset in decode_header(text):
        if isinstance(content, bytes):
            pieces.append(decoded(content, charset or "")[0])
        else:
            pieces.append(content)
    return "".join(pieces)


def _sender(message: Message) -> tuple[str, str]:
    for header in ("Reply-To", "From", "Sender"):
        whole = _header(message, header)
        try:
            name, address = email.utils.parseaddr(" ".join(whole.split()))
        except Exception:
            name, address = "", ""
        if "@" in address:
            return name.strip()[:300], address.strip()[:300]
    return "", ""


def _moment(message: Message) -> datetime.datetime | None:
    """The first "Received" is our own server's, which the sender cannot choose; "Date" is what he says."""
    received = _header(message, "Received").rpartition(";")[2]
    for text in (received, _header(message, "Date")):
        try:
            found = email.utils.parsedate_to_datetime(text.strip())
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
        if found.tzinfo is None:
            found = found.replace(tzinfo=datetime.UTC)
        if 1990 < found.year < 9000:
            return found
    return None


def _is_automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").strip().lower()
    sender = _header(message, "Return-Path").strip()
    return (bool(said) and said != "no") or sender == "<>" or message.get_content_type() == "multipart/report"


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:
        name = ""
    return _words(name).strip()[:200]


class _Text(HTMLParser):
    """What a reader of the page sees, as lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = 0
        self.until = time.monotonic() + _MOST_SECONDS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "head", "title"}:
            self.unseen += 1
        elif tag in {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"}:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "head", "title"}:
            self.unseen = max(self.unseen - 1, 0)
        elif tag in {"p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "table"}:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append("\t")

    def handle_data(self, data: str) -> None:
        if time.monotonic() > self.until:
            raise TimeoutError
        if not self.unseen:
            self.pieces.append(re.sub(r"[ \t\r\n\f]+", " ", data))


def text_of_html(html: str) -> str:
    """The text of an HTML part: no script, no style, no address of a picture; lines where it has lines."""
    reader = _Text()
    try:
        reader.feed(html)
        reader.close()
    except TimeoutError:
        reader.pieces = [re.sub(r"<[^<>]*>", " ", html)]
    except Exception:  # a declaration the parser does not know; what came before it stays
        reader.pieces.append("")
    lines = [line.strip(" ") for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
