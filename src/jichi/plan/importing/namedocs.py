"""Policy documents that a plan names: 「…計画」, 「…条例」, 「…指針」 and the like."""

from __future__ import annotations

import re
from typing import Any

from jichi.methods.eras import find_years
from jichi.plan.importing.characters import clean_name, compact, narrow

__all__ = ["read_documents"]

_KINDS = (
    ("ガイドライン", "guideline"),
    ("指針", "guideline"),
    ("条例", "ordinance"),
    ("法律", "law"),
    ("ビジョン", "vision"),
    ("計画", "plan"),
    ("プラン", "plan"),
    ("方針", "policy"),
    ("考え方", "policy"),
)
_QUOTED = re.compile(r"「([^「」]{3,60})」")
_EDITION = re.compile(r"^第\s*([0-9]{1,2})\s*([次期])")
_EVENTS = (("策定|制定", "adopted"), ("改定|改訂|見直し", "revised"))


def read_documents(nodes: list[dict[str, Any]], rows: dict[str, str]) -> list[dict[str, Any]]:
    """The documents named in quotation marks, each with the nodes that name it.

    `rows` has the table text of each project. A short form that ends a longer name in the same node
    (「基本方針」 beside 「…の基本方針」) counts as that document. An edition (第2次) is a revision of one
    document. A year is taken only where the text prints it beside the event.
    """
    found: dict[str, dict[str, Any]] = {}
    for node in nodes:
        texts = [node["source_text"], *(s["source_text"] for s in node["statements"])]
        text = "\n".join([*texts, rows.get(node["code"], "")])
        _read_node(node["code"], re.sub(r"<[^<>]*>", " ", text), found)
    documents = list(found.values())
    for number, document in enumerate(documents, start=1):
        document["key"] = f"doc-{number}"
    return documents


def _read_node(code: str, text: str, found: dict[str, dict[str, Any]]) -> None:
    names = [(m, clean_name(m.group(1))) for m in _QUOTED.finditer(text)]
    names = [(m, n) for m, n in names if _kind(n)]
    whole = [n for _, n in names]
    for match, name in names:
        base, label = _edition(name)
        longer = [n for n in whole if n != name and n.endswith(base) and len(n) > len(base)]
        if len(base) <= 6 and not longer:
            longer = [d["name"] for d in found.values() if code in d["nodes"] and d["name"].endswith(base)]
            if not longer and base in dict(_KINDS):
                continue
        base = _edition(longer[0])[0] if len(base) <= 8 and longer else base
        kind = _kind(base)
        if kind is None:
            continue
        document = found.setdefault(
            compact(base),
            {
                "key": "",
                "name": base,
                "kind": kind,
                "legal_basis": "",
                "summary": "",
                "nodes": [],
                "revisions": [],
            },
        )
        if code not in document["nodes"]:
            document["nodes"].append(code)
        _revision(
            document, label, narrow(text[max(0, match.start() - 40) : match.start()]), text[match.end() :]
        )


def _kind(name: str) -> str | None:
    return next((kind for suffix, kind in _KINDS if name.endswith(suffix)), None)


def _edition(name: str) -> tuple[str, str]:
    found = _EDITION.match(narrow(name))
    if not found:
        return name, ""
    return name[found.end() :].strip(), f"第{found.group(1)}{found.group(2)}"


def _revision(document: dict[str, Any], label: str, before: str, after: str) -> None:
    """A revision whose date stands directly before the name and whose event directly behind it."""
    event = next(
        (kind for words, kind in _EVENTS if re.match(rf"(?:」)?\s*[をのが]?\s*(?:{words})", after)), None
    )
    dates = [y for y in find_years(before) if not re.sub(r"[にのを、\s]", "", before[y.end :])]
    year = dates[-1].fiscal_year if dates else None
    if not label and not (event and year):
        return
    revision = {
        "fiscal_year": year if event else None,
        "event": event if event and year else "in_effect",
        "label": label,
        "note": "",
    }
    if revision["fiscal_year"] is None and any(r["label"] == label for r in document["revisions"]):
        return
    document["revisions"] = [
        r for r in document["revisions"] if r["label"] != label or r["fiscal_year"] is not None
    ]
    if revision not in document["revisions"]:
        document["revisions"].append(revision)
