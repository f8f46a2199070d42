"""Anchors carried from one version of a draft to the next."""

from __future__ import annotations

from dataclasses import replace

from jichi.methods.drafts.lines import container, free_anchor, is_caption, is_container
from jichi.methods.drafts.matching import matched
from jichi.methods.drafts.values import Draft, Paragraph, ParagraphKind

__all__ = ["carry_anchors"]


def carry_anchors(old: Draft, new: Draft) -> Draft:
    """The new version with the old one's anchors where its paragraphs are the old ones.

    Parameters
    ----------
    old
        The version before, with its retired anchors.
    new
        A version as it was read; its own anchors do not matter, its own retired ones are kept.

    Returns
    -------
    Draft
        Paragraphs that are unchanged, lightly edited or moved keep their anchors. New ones get anchors that
        no version had: by their place, or the anchor before them with a letter (``2-3b``). Anchors of
        paragraphs that are gone join ``retired``.

    Notes
    -----
    Reading the same text again and carrying from the result changes nothing.
    """
    pairs = matched(old.paragraphs, new.paragraphs)
    taken = {*old.anchors, *old.retired, *new.retired}
    made: list[Paragraph] = []
    sections, section, inside, count = 0, "", "0", 0
    for place, one in enumerate(new.paragraphs):
        following = new.paragraphs[place + 1] if place + 1 < len(new.paragraphs) else None
        opens = is_container(one.kind, one.level)
        sections += opens and one.kind is ParagraphKind.heading
        if place in pairs:
            anchor = old.paragraphs[pairs[place]].anchor
        elif opens:
            natural = container(one, sections)
            # An article is found by its number; a section that was inserted, by the one before it.
            by_number = one.kind is ParagraphKind.article or natural not in taken or not section
            anchor = free_anchor(natural if by_number else section, taken)
        elif following is not None and is_caption(one, following):
            anchor = free_anchor(f"{container(following, 0)}-0", taken)
        else:
            natural = f"{inside}-{count + 1}"
            last = made[-1].anchor if made and made[-1].anchor.startswith(f"{inside}-") else natural
            anchor = free_anchor(natural if natural not in taken else last, taken)
        if opens:
            inside, count = anchor, int(one.kind is ParagraphKind.article)
            section = anchor if one.kind is ParagraphKind.heading else section
        elif not (following is not None and is_caption(one, following)):
            count += 1
        taken.add(anchor)
        made.append(replace(one, anchor=anchor))
    kept = {one.anchor for one in made}
    gone = [anchor for anchor in old.anchors if anchor not in kept]
    retired = dict.fromkeys([*old.retired, *new.retired, *gone])
    return Draft(new.title, tuple(made), tuple(anchor for anchor in retired if anchor not in kept))
