"""What officers do with sets: rename, put together, divide, move a text, pin. Machines then keep off them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.voices.actions import GROUP
from jichi.voices.enums import SetKind
from jichi.voices.models import OpinionSet, Wording

from .counting import recount_sets
from .held import held_sets, put_into
from .steps import words_required

MOST_TITLE = 200


@contextmanager
def held_set(viewer: Viewer, key: str, set_id: int, version: int | None) -> Iterator[OpinionSet]:
    """One act on one set: the row as it stands, held until the end of the act.

    Raises:
        OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid: it was put into another meanwhile.
    """
    desk = OpinionSet.objects.select_related("desk").get(pk=set_id).desk
    with act(viewer, key, desk):
        row = OpinionSet.objects.select_for_update().get(pk=set_id)
        if version is not None and row.version != version:
            raise Conflict(row)
        _require_standing(row)
        yield row


def rename_set(*, viewer: Viewer, set_id: int, version: int | None, title: str) -> OpinionSet:
    """Give a set a title in the officer's words; an empty one takes it off again.

    Raises:
        OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    said = title_of(title)
    with held_set(viewer, GROUP, set_id, version) as row:
        row.title = said
        _save(row, "title")
        record(viewer, GROUP, row, fields={"title": CHANGED})
    return row


def pin_set(*, viewer: Viewer, set_id: int, version: int | None, is_pinned: bool = True) -> OpinionSet:
    """Keep a set as it is: no later grouping puts it into another. Texts that say the same still join.

    Raises:
        OpinionSet.DoesNotExist; NotAllowed; Conflict.
    """
    with held_set(viewer, GROUP, set_id, version) as row:
        before, row.by_hand = row.by_hand, is_pinned
        _save(row, "by_hand")
        record(viewer, GROUP, row, fields={"by_hand": [before, is_pinned]})
    return row


def merge_sets(
    *, viewer: Viewer, set_ids: Collection[int], into: int, version: int | None = None
) -> OpinionSet:
    """Put sets into another one of the same desk. ``version`` is that of ``into``.

    What is decided for ``into`` then holds for all. A set on which something hangs (a reply, an effect, a
    disposition) is not put into another: what was said of it would be lost.

    Raises:
        OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    with held_set(viewer, GROUP, into, version) as target:
        wanted = sorted(set(set_ids) - {into})
        rows = list(
            OpinionSet.objects.select_for_update().filter(pk__in=wanted, desk=target.desk).order_by("pk")
        )
        if len(rows) < len(wanted) or not rows:
            raise Invalid({"set_ids": [_("Choose sets of the same desk.")]})
        for row in rows:
            _require_standing(row)
        if held_sets(target.desk, wanted):
            sentence = _(
                "The city has already said something to one of these sets. Put the others into that one,"
                " or take back what was said."
            )
            raise Invalid({"set_ids": [sentence]})
        for row in rows:
            put_into(row, target)
        target.by_hand, target.kind = True, SetKind.BY_HAND
        _save(target, "by_hand", "kind")
        record(
            viewer,
            GROUP,
            target,
            fields={"merged": [[row.pk for row in rows[:50]], target.pk]},
            count=len(rows),
            digest=digest_of(wanted),
        )
    return _counted(into)


def split_set(
    *, viewer: Viewer, set_id: int, version: int | None, wording_ids: Collection[int], title: str = ""
) -> OpinionSet:
    """Take texts out of a set into one of their own, which is returned. What hangs on the set stays with it.

    Raises:
        OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    said = title_of(title)
    with held_set(viewer, GROUP, set_id, version) as row:
        members = Wording.objects.filter(set=row)
        leads = list(
            members.filter(pk__in=list(wording_ids)).order_by("-size", "pk").values_list("pk", "size")
        )
        if not leads or len(leads) == members.count():
            raise Invalid({"wording_ids": [_("Choose some of the texts of this set, not all of them.")]})
        made = OpinionSet.objects.create(
            desk=row.desk,
            kind=SetKind.BY_HAND if len(leads) > 1 else SetKind.SINGLE,
            title=said,
            representative_id=leads[0][0],
            topic_id=row.topic_id,
            topic_by_hand=row.topic_by_hand,
            by_hand=True,
        )
        chosen = [pk for pk, _size in leads]
        members.filter(pk__in=chosen).update(set=made, by_hand=True)
        if row.representative_id in chosen:
            row.representative_id = members.order_by("-size", "pk").values_list("pk", flat=True).first()
        row.by_hand = True
        _save(row, "by_hand", "representative")
        record(
            viewer,
            GROUP,
            row,
            fields={"split": [row.pk, made.pk]},
            count=len(chosen),
            digest=digest_of(chosen),
        )
    recount_sets([set_id])
    return _counted(made.pk)


def move_wording(*, viewer: Viewer, wording_id: int, version: int | None, set_id: int) -> OpinionSet:
    """Put one text into another set of its desk, which is returned.

    Raises:
        Wording.DoesNotExist; OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    with held_set(viewer, GROUP, set_id, None) as target:
        row = Wording.objects.select_for_update().get(pk=wording_id, desk=target.desk)
        if version is not None and row.version != version:
            raise Conflict(row)
        before = row.set_id
        if before == target.pk:
            raise Invalid({"set_id": [_("The text is in this set already.")]})
        row.set, row.by_hand, row.is_grouped = target, True, True
        row.version += 1
        row.save(update_fields=["set", "by_hand", "is_grouped", "version"])
        if before is not None:
            _leave(before, row.pk)
        target.by_hand, target.kind = True, SetKind.BY_HAND
        _save(target, "by_hand", "kind")
        record(viewer, GROUP, row, fields={"set": [before, target.pk]})
    recount_sets([one for one in (before, set_id) if one is not None])
    return _counted(set_id)


def _leave(set_id: int, wording_id: int) -> None:
    """The set that a text was taken out of has another one to stand for it, and is by hand from now on."""
    row = OpinionSet.objects.select_for_update().get(pk=set_id)
    if row.representative_id == wording_id:
        others = Wording.objects.filter(set=row).order_by("-size", "pk")
        row.representative_id = others.values_list("pk", flat=True).first()
    row.by_hand = True
    _save(row, "by_hand", "representative")


def title_of(title: str, most: int = MOST_TITLE) -> str:
    """A title in one line. Raises Invalid for one that is too long or cannot be stored."""
    said = " ".join(title.split())
    if len(said) > most:
        raise Invalid({"title": [_("At most %(most)s characters.") % {"most": most}]})
    return words_required(said, "title", "") if said else ""


def _require_standing(row: OpinionSet) -> None:
    if row.merged_into_id is not None:
        raise Invalid({"": [_("This set was put into another one.")]})


def _save(row: OpinionSet, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _counted(set_id: int) -> OpinionSet:
    recount_sets([set_id])
    return OpinionSet.objects.get(pk=set_id)
