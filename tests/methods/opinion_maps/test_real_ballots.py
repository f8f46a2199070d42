"""Real conversations: nobody is accused, and no order of votes changes groups, sets or certificate."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import ballots

from jichi.methods.opinion_maps import one_cloud
from jichi.methods.opinion_maps.clones import find_clones

NAMES = ("scoop-hivemind.freshwater", "scoop-hivemind.ubi")


@pytest.fixture(params=NAMES)
def conversation(request):
    if not (ballots.CONVERSATIONS / request.param).is_dir():
        pytest.skip("the real conversations are not beside the checkout (../shared/reference/polis)")
    return next(ballots.conversations(ballots.CONVERSATIONS, request.param))


def test_nobody_is_accused(conversation):
    assert find_clones(conversation.votes()).sets == ()


@pytest.mark.parametrize("conversation", NAMES[:1], indirect=True)
def test_no_order_of_votes_changes_anything(conversation, monkeypatch):
    monkeypatch.setattr(one_cloud, "CLOUDS", 5)
    rng = np.random.default_rng(3)
    found = {ballots._digest(conversation, rng.permutation(len(conversation.rows))) for _ in range(2)}
    assert len(found) == 1
