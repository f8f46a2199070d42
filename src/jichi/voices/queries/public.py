"""What anybody may read of a desk's opinions: masked texts that a person decided to show, and nothing else.

A text is public only through an opinion whose sender lets it be published. All others are counted: as not
decided yet, withheld with the reason, or kept by their senders' wish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jichi.methods.arguments import Argument
from jichi.voices.enums import Decision, PartKind
from jichi.voices.models import Desk, Opinion, OpinionSet, Wording

from .counted import COUNTED
from .sets import TopicRow, topic_rows

LONGEST_SEARCH = 100
PUBLIC = (Decision.SHOWN, Decision.MASKED)

_ALLOWED = Exists(Opinion.objects.filter(COUNTED, wording=OuterRef("pk"), voice__may_publish=True))
_SHOWN = Q(decision__in=PUBLIC, mask_confirmed_at__isnull=False, size__gt=0) & ~Q(masked="")


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """Opinions by what becomes of them; ``withheld`` by reason. The sum of all is ``opinions``."""

    opinions: int
    shown: int
    masked: int
    pending: int
    kept_by_wish: int
    withheld: Mapping[str, int]

    @property
    def withheld_in_all(self) -> int:
        """Opinions withheld, for whatever reason."""
        return sum(self.withheld.values())


def public_texts(desk: Desk) -> QuerySet[Wording]:
    """The public texts of a desk: ``masked`` is what may be shown."""
    return Wording.objects.filter(_SHOWN, _ALLOWED, desk=desk)


def public_sets(desk: Desk, *, text: str = "", topic_ids: tuple[int, ...] = ()) -> QuerySet[OpinionSet]:
    """Sets with a public text, the largest first; each with ``shown_text``: that of its lead where it is
    public, or of its most frequent public text. ``text`` is searched in public texts alone.
    """
    texts = public_texts(desk)
    for word in text.replace("\0", "").strip()[:LONGEST_SEARCH].split():
        texts = texts.filter(masked__icontains=word)
    rows = OpinionSet.objects.filter(desk=desk, size__gt=0, pk__in=texts.order_by().values("set_id"))
    if topic_ids:
        rows = rows.filter(topic_id__in=topic_ids)
    of_lead = public_texts(desk).filter(pk=OuterRef("representative_id")).order_by()
    of_set = public_texts(desk).filter(set=OuterRef("pk")).order_by("-size", "pk")
    shown = Coalesce(Subquery(of_lead.values("masked")[:1]), Subquery(of_set.values("masked")[:1]))
    return rows.annotate(shown_text=shown).order_by("-size", "pk")


def public_wordings(row: OpinionSet) -> QuerySet[Wording]:
    """The public texts of a set, the most frequent first; ``masked`` is what may be shown."""
    return Wording.objects.filter(_SHOWN, _ALLOWED, set=row).order_by("-size", "pk")


def public_counts(desk: Desk | None = None, *, row: OpinionSet | None = None) -> PublicCounts:
    """The numbers of a desk or of one set: nothing is left out silently."""
    texts = Wording.objects.filter(size__gt=0)
    texts = texts.filter(desk=desk) if row is None else texts.filter(set=row)
    sums = {
        (decision, reason): total
        for decision, reason, total in texts.order_by()
        .values_list("decision", "decision_reason")
        .annotate(total=Sum("size"))
    }
    kept = dict(
        texts.filter(_SHOWN)
        .exclude(_ALLOWED)
        .order_by()
        .values_list("decision")
        .annotate(total=Sum("size"))
        .values_list("decision", "total")
    )

    def of(decision: Decision) -> int:
        return sum(total for (one, _), total in sums.items() if one == decision)

    return PublicCounts(
        opinions=sum(sums.values()),
        shown=of(Decision.SHOWN) - kept.get(Decision.SHOWN, 0),
        masked=of(Decision.MASKED) - kept.get(Decision.MASKED, 0),
        pending=of(Decision.PENDING),
        kept_by_wish=sum(kept.values()),
        withheld={reason: total for (one, reason), total in sorted(sums.items()) if one == Decision.WITHHELD},
    )


def public_topics(desk: Desk) -> list[TopicRow]:
    """The topics that have public sets, with their numbers. A name that is a stretch of an opinion is taken
    off unless a public text of the desk has those very words.
    """
    rows = OpinionSet.objects.filter(desk=desk, size__gt=0, topic__isnull=False)
    counts = {
        topic_id: (sets, opinions)
        for topic_id, sets, opinions in rows.filter(pk__in=public_texts(desk).order_by().values("set_id"))
        .order_by()
        .values_list("topic_id")
        .annotate(sets=Count("pk"), opinions=Sum("size"))
    }
    found = [row for row in topic_rows(desk, counts) if row.sets]
    quoted = [row.topic for row in found if row.topic.proposed and not row.topic.title]
    if quoted:
        said = "\0".join(public_texts(desk).order_by().values_list("masked", flat=True))
        for topic in quoted:
            topic.proposed = topic.proposed if topic.proposed in said else ""
    return found


def arguments_of(desk: Desk, *, is_public: bool = True) -> list[Argument]:
    """The sets as arguments for :func:`jichi.methods.arguments.tree_of`, the key being the set's id.

    Only voices that said several things are named, for only they could be counted twice; the others are
    counted by ``size``. The ids are of use within the page's making alone and are never shown.
    """
    rows = OpinionSet.objects.filter(desk=desk, size__gt=0)
    if is_public:
        rows = rows.filter(pk__in=public_texts(desk).order_by().values("set_id"))
    # Whoever said several things has an opinion that is not the first part; a few too many do no harm.
    several = (
        Opinion.objects.filter(COUNTED, voice__desk=desk, kind=PartKind.OPINION, position__gt=0)
        .order_by()
        .values("voice_id")
    )
    members: dict[int, set[int]] = {}
    pairs = Opinion.objects.filter(COUNTED, wording__desk=desk, voice_id__in=several).order_by()
    for set_id, voice_id in pairs.values_list("wording__set_id", "voice_id"):
        members.setdefault(set_id, set()).add(voice_id)
    return [
        Argument(key=str(pk), members=tuple(sorted(members.get(pk, ()))), size=submissions)
        for pk, submissions in rows.order_by("pk").values_list("pk", "submissions")
    ]
