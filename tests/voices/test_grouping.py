"""Sets over distinct texts: later ones join, machines leave alone what a person shaped."""

from __future__ import annotations

from typing import Any

import pytest

from jichi.methods.campaigns.grouping import group
from jichi.methods.campaigns.paraphrases import paraphraser
from jichi.voices.enums import SetKind
from jichi.voices.models import Effect, GroupingRun, OpinionSet, Wording
from jichi.voices.queries import sets_for, standing_of
from jichi.voices.services import divide_new, pin_set
from jichi.voices.services.grouping import group_by_meaning, group_near
from jichi.voices.services.placing import Standing, placed

LIBRARY = "中央図書館は夜九時まで開けてください。仕事の帰りに本を借りたいのです。"
LIBRARY_TOO = "中央図書館は、夜９時まで開けてください！ 仕事の帰りに本を借りたいのです。"
NURSERY, NURSERY_TOO = "第二子の保育料を無料にしてください。", "二人目の保育料は無料とするよう求めます。"
PARK = "公園でのボール遊びを、時間を決めて認めてほしい。"


@pytest.fixture
def work(desk: Any, people: Any) -> Any:
    """Divide and put into near sets what has come."""

    def done() -> list[OpinionSet]:
        divide_new(viewer=people.worker, desk_id=desk.pk)
        group_near(viewer=people.worker, desk_id=desk.pk)
        return list(sets_for(people.officer, desk))

    return done


def members_of(row: OpinionSet) -> int:
    return Wording.objects.filter(set=row).count()


@pytest.mark.django_db
def test_the_same_and_nearly_the_same_are_sets_that_later_texts_join(
    say: Any, desk: Any, people: Any, work: Any
) -> None:
    for text in (LIBRARY, LIBRARY, LIBRARY_TOO, NURSERY, NURSERY_TOO, PARK):
        say(text)
    assert standing_of(desk).stages["near"].is_pending
    sets = work()
    assert [(row.size, row.wordings, row.kind) for row in sets] == [
        (3, 2, SetKind.NEAR),
        *[(1, 1, SetKind.SINGLE)] * 3,
    ]
    assert sets[0].submissions == 3
    first = sets[0].pk
    say(LIBRARY + "よろしくお願いします。")
    say(PARK)
    sets = work()
    assert (sets[0].pk, sets[0].size, sets[1].size, sets[1].kind) == (first, 4, 2, SetKind.IDENTICAL)
    assert len(sets) == 4
    run = group_by_meaning(viewer=people.worker, desk_id=desk.pk, paraphrases=paraphraser())
    sets = list(sets_for(people.officer, desk))
    assert len(sets) == 3 and run.finished_at is not None
    assert {(row.size, row.kind) for row in sets} == {(4, "near"), (2, "identical"), (2, "paraphrase")}
    assert OpinionSet.objects.filter(merged_into__isnull=False, size=0).count() == 1
    standing = standing_of(desk)
    assert (standing.opinions, standing.texts, standing.sets, standing.grouped) == (8, 6, 3, 6)
    assert not standing.stages["paraphrase"].is_pending and standing.stages["topics"].is_pending
    assert GroupingRun.objects.filter(desk=desk, stage="near").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hold", ["pin", "effect"])
def test_a_set_that_a_person_shaped_or_on_which_something_hangs_only_gains_texts(
    hold: str, say: Any, desk: Any, people: Any, work: Any
) -> None:
    say(NURSERY)
    say(NURSERY_TOO)
    one, two = work()
    if hold == "pin":
        pin_set(viewer=people.officer, set_id=one.pk, version=one.version)
    else:
        Effect.objects.create(set=one, kind="explained", text="説明した。", by=people.officer.actor)
    group_by_meaning(viewer=people.worker, desk_id=desk.pk, paraphrases=paraphraser())
    assert (members_of(one), members_of(two)) == (1, 1)
    say(NURSERY.replace("。", "！"))
    work()
    assert (members_of(one), members_of(two)) == (2, 1), "what says nearly the same joins all the same"


def test_two_sets_are_put_together_only_where_one_group_holds_both_leads() -> None:
    texts = {1: LIBRARY, 2: LIBRARY_TOO, 3: LIBRARY + "お願いします。", 4: PARK}
    grouping = group([str(one) for one in texts], list(texts.values()))
    set_of = {1: 10, 2: 20, 3: None, 4: 20}

    def plan(lead: int, *, is_held: bool = False) -> Any:
        sets = {10: Standing(1, 5, is_held), 20: Standing(lead, 9, False)}
        return placed(grouping, set_of, sets)

    together = plan(2)
    assert together.merged == [(10, 20, SetKind.NEAR)]
    assert [(one, target) for one, target, _ in together.joined] == [(3, 20)]
    apart = plan(4)
    assert apart.merged == [] and len(apart.joined) == 1 and apart.made == []
    assert plan(2, is_held=True).merged == []


@pytest.mark.django_db
def test_a_late_voice_joins_and_counts_nowhere(say: Any, desk: Any, people: Any, work: Any) -> None:
    import datetime

    say(LIBRARY)
    say(LIBRARY, received_at=desk.closes_at + datetime.timedelta(days=1))
    say(PARK, received_at=desk.closes_at + datetime.timedelta(days=1))
    (row,) = work()
    assert (row.size, row.submissions) == (1, 1)
    assert OpinionSet.objects.count() == 2
