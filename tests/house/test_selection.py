"""Which tests the run on a second database leaves out: those that cannot come out otherwise there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import touches_database


def test_a_test_of_words_alone_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)


@pytest.mark.django_db
def test_a_marked_one_is_not(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node)


def test_one_whose_fixtures_rest_on_the_database_is_not(
    request: pytest.FixtureRequest, department: Any
) -> None:
    assert touches_database(request.node)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_in_a_browser_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)


@pytest.mark.one_database
@pytest.mark.django_db
def test_one_that_says_it_comes_out_the_same_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)
