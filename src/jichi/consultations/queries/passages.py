"""The draft against the final text: what differs, why, and which sets of opinions stand behind or against."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jichi.consultations.enums import Audience, Side, VersionKind
from jichi.consultations.models import Consultation, DraftVersion, PassageChange
from jichi.consultations.result import Passage, Piece
from jichi.methods import drafts
from jichi.ui.content import SOURCE_LANGUAGE


def text_of(
    consultation: Consultation,
    audience: str = Audience.FULL,
    language: str = SOURCE_LANGUAGE,
    *,
    kind: str = VersionKind.DRAFT,
) -> DraftVersion | None:
    """The newest text of an audience and language, published or not; None where there is none."""
    rows = consultation.texts.filter(audience=audience, language=language, kind=kind)
    return rows.order_by("-number").first()


def compared(draft: DraftVersion, final: DraftVersion) -> tuple[drafts.Change, ...]:
    """What differs between two texts, in reading order; remembered, for texts do not change."""
    return _compared(draft.pk, draft.digest, final.pk, final.digest)


@lru_cache(maxsize=16)
def _compared(
    draft_id: int, draft_digest: str, final_id: int, final_digest: str
) -> tuple[drafts.Change, ...]:
    old, new = (DraftVersion.objects.get(pk=pk).content for pk in (draft_id, final_id))
    return drafts.compare(drafts.from_plain(old), drafts.from_plain(new))


def passages_of(draft: DraftVersion, final: DraftVersion, numbers: Mapping[int, int]) -> tuple[Passage, ...]:
    """Every passage that differs, with its reason; ``numbers`` gives the row of the result for a set."""
    explained = {
        change.anchor: change
        for change in PassageChange.objects.filter(text=final).prefetch_related("reasons")
    }
    return tuple(_passage(one, explained.get(one.anchor), numbers) for one in compared(draft, final))


def _passage(change: drafts.Change, explained: PassageChange | None, numbers: Mapping[int, int]) -> Passage:
    reasons = list(explained.reasons.all()) if explained is not None else []

    def rows(side: str) -> tuple[int, ...]:
        found = {numbers[one.set_id] for one in reasons if one.side == side and one.set_id in numbers}
        return tuple(sorted(found))

    return Passage(
        anchor=change.anchor,
        kind=str(change.kind),
        is_moved=change.is_moved,
        old=_pieces(change.old, change.old_spans),
        new=_pieces(change.new, change.new_spans),
        reason=explained.reason if explained is not None else "",
        not_from_opinions=explained.not_from_opinions if explained is not None else False,
        behind=rows(Side.BEHIND),
        against=rows(Side.AGAINST),
    )


def _pieces(paragraph: drafts.Paragraph | None, spans: tuple[drafts.Piece, ...]) -> tuple[Piece, ...]:
    if paragraph is None:
        return ()
    text = drafts.printed(paragraph)
    if not spans:
        return (Piece(text=text, changed=False),) if text else ()
    return tuple(Piece(text=text[one.start : one.end], changed=one.changed) for one in spans)
