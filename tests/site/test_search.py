"""The search: what is found, what never is, and how the index follows the trail."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.city import readers, seal
from jichi.city.access import Viewer
from jichi.manifest import SearchDocument, SearchSource
from jichi.methods import bigrams
from jichi.plan.models import Node, Plan
from jichi.plan.services import edit_row
from jichi.site.search import engines, queries, services
from jichi.site.search.models import SearchEntry

from . import small_plan

pytestmark = pytest.mark.django_db

_given: list[SearchDocument] = []
FAKE = SearchSource(
    key="test.things", title="Things", types=("test.thing", "test.part"), documents=f"{__name__}:_documents"
)


def _documents(changed: object = None) -> list[SearchDocument]:
    return _given


def thing(number: int, title: str, body: str = "", **more: object) -> SearchDocument:
    return SearchDocument(
        source="test.things",
        object_type="test.thing",
        object_id=str(number),
        url=f"/things/{number}/",
        language="ja",
        title=title,
        body=body,
        **more,  # type: ignore[arg-type]
    )


def bring(*documents: SearchDocument) -> None:
    _given[:] = documents
    services.bring(FAKE, pause=False)


def found(query: str, **more: object) -> list[str]:
    return [hit.object_id for hit in queries.search(query, language="ja", **more).hits]  # type: ignore[arg-type]


WORDS = st.text(
    alphabet="公園町会佐々木〇ーハバパンはばぱ゛カﾞAaＬi１2 ・、-。'\"*():^", min_size=0, max_size=12
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), query=WORDS)
def test_what_is_found_is_what_stands_there(texts: list[tuple[str, str]], query: str) -> None:
    documents = [thing(number, title or "-", body) for number, (title, body) in enumerate(texts)]
    bring(*documents)
    expected = {row.object_id for row in documents if bigrams.is_found(query, f"{row.title}\n{row.body}")}
    # A query that is a plan's code looks for codes first and falls back to its words.
    assert set(found(query)) == expected


@pytest.mark.parametrize("query", ["公園", "佐々木", "〇〇", "バン", "サービス", "町内会 公園", "園"])
def test_words_of_the_plan_are_found(query: str) -> None:
    small_plan.load()
    assert found(query)


def test_voiced_kana_are_told_apart() -> None:
    bring(thing(1, "ハンド"), thing(2, "バンド"), thing(3, "パンド"), thing(4, "ﾊﾞﾝﾄﾞ"))
    assert sorted(found("バンド")) == ["2", "4"]


def test_readings_find_compounds() -> None:
    small_plan.load()
    for query in ("ちょうないかい", "ちょうないかいかにゅうりつ", "きたく"):
        hits = queries.search(query, language="ja").hits
        assert bool(hits) is (query != "きたく"), query
    assert queries.search("ちょうないかい", language="ja").hits[0].object_type in {
        "plan.node",
        "plan.indicator",
    }


def test_a_code_leads_to_its_page_and_to_what_lies_below() -> None:
    small_plan.load()
    assert [hit.code for hit in queries.search("１－１", language="ja").hits] == ["1-1", "1-1-01"]
    assert [hit.code for hit in queries.search("1-1-01", language="ja").hits] == ["1-1-01"]


def test_titles_come_before_texts_and_the_whole_title_first() -> None:
    bring(
        thing(1, "本", "公園 公園 公園", weight=5),
        thing(2, "中央公園"),
        thing(3, "公園"),
        thing(4, "大公園", weight=5),
    )
    assert found("公園") == ["3", "4", "2", "1"]


def test_languages_are_apart_and_the_printed_name_is_found_in_each() -> None:
    small_plan.load()
    assert [hit.title for hit in queries.search("neighbourhood", language="en").hits] == [
        "Neighbourhood association membership"
    ]
    assert not queries.search("neighbourhood", language="ja").hits
    assert "Neighbourhood association membership" in {
        hit.title for hit in queries.search("町内会加入率", language="en").hits
    }


def test_drafts_and_running_prose_are_never_found() -> None:
    small_plan.load("mihon-draft", publish=False)
    assert not SearchEntry.objects.filter(object_type__in=["plan.node", "plan.indicator"]).exists()
    small_plan.load("mihon-draft", publish=True)
    assert not found("本文にだけある")
    assert not found("本文だけの課題")


def test_a_broad_query_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_RANKED", 10)
    monkeypatch.setattr(queries, "MOST_COUNTED", 20)
    bring(
        *[thing(number, f"公園{number}" if number % 2 else f"広場{number}", "公園") for number in range(50)]
    )
    results = queries.search("公園", language="ja", size=5)
    assert results.is_broad
    assert results.pages == 2
    assert all("公園" in hit.title for hit in results.hits)
    assert len(found("公園", page=2, size=5)) == 5


def test_what_is_near_is_offered_where_nothing_is_found() -> None:
    small_plan.load()
    results = queries.search("町内会加入率調査", language="ja")
    assert results.total == 0
    assert "町内会加入率" in [hit.title for hit in results.related]
    assert queries.search("全然無関係", language="ja").related == []


# --- the index follows the trail -------------------------------------------------------------------------
def test_an_edit_reaches_the_index_through_the_trail(planning_officer: Viewer) -> None:
    plan = small_plan.load()
    readers.rebuild("search")
    node = Node.objects.get(plan=plan, code="1-1")
    edit_row(
        viewer=planning_officer,
        model="Node",
        pk=node.pk,
        version=node.version,
        changes={"name": "多文化の広場"},
    )
    assert not found("多文化")
    seal.seal_pending()
    readers.run_reader("search")
    assert found("多文化") == [str(node.pk), *found("多文化")[1:]]
    # What stands below says where it stands: its context changed, too.
    project = Node.objects.get(plan=plan, code="1-1-01")
    assert (
        "多文化の広場"
        in SearchEntry.objects.get(object_id=str(project.pk), language="ja", source="plan.projects").context
    )


def test_what_is_no_longer_given_is_removed() -> None:
    bring(thing(1, "公園"), thing(2, "公園"))
    bring(thing(2, "公園"))
    assert found("公園") == ["2"]
    _given[:] = []
    services.bring(FAKE, changed={("test.thing", "2")})
    assert found("公園") == []
    assert engines.is_sound()


def test_building_anew_changes_nothing_and_never_empties(monkeypatch: pytest.MonkeyPatch) -> None:
    small_plan.load()
    before = {row.pk: row.digest for row in SearchEntry.objects.all()}
    least = []
    real = services._bring_batch

    def watched(*args: object) -> int:
        least.append(len(found("公園")))
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_bring_batch", watched)
    assert services.rebuild(pause=False) == len(before)
    assert {row.pk: row.digest for row in SearchEntry.objects.all()} == before
    assert min(least) > 0


def test_a_changed_text_leaves_nothing_of_the_old_one() -> None:
    bring(thing(1, "古い名前", "古い本文"))
    bring(thing(1, "新しい名前", "新しい本文"))
    assert found("古い") == []
    assert found("新しい") == ["1"]
    assert engines.is_sound()


def test_a_damaged_index_is_named_and_made_anew() -> None:
    bring(thing(1, "公園"))
    engines.forget([SearchEntry.objects.get(object_id="1").pk])
    if found("公園") == []:  # SQLite; PostgreSQL keeps the index in the row itself
        assert [problem.where for problem in services.problems()][:1] == ["search"]
    engines.remake()
    assert found("公園") == ["1"]
    assert engines.is_sound()


# --- pages -----------------------------------------------------------------------------------------------
def test_the_page_shows_results_marked_and_harmless(client: Client) -> None:
    small_plan.load()
    page = client.get("/search/", {"q": "バン"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "<mark>バン</mark>" in html
    assert "&lt;b&gt;" in html
    assert "<b>バン" not in html


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '" OR 1=1', "AND OR NOT", "*", "公*", "'", "%_", "\0", "a" * 5000]
)
def test_no_query_breaks_the_page(client: Client, query: str) -> None:
    small_plan.load()
    for path in ("/search/", "/search/suggest/", "/en/search/"):
        page = client.get(path, {"q": query})
        assert page.status_code == 200
        if page.headers["Content-Type"].startswith("text/html"):
            assert "<script>alert" not in page.content.decode()


def test_kinds_narrow_and_pages_turn(client: Client) -> None:
    small_plan.load()
    assert client.get("/search/", {"q": "町内会", "kind": "plan.indicators", "page": "99"}).status_code == 200
    html = client.get("/search/", {"q": "町内会", "kind": "plan.indicators"}).content.decode()
    assert "/indicators/kanyu/" in html
    assert "/plans/mihon-1/1-1/" not in html.split("<main")[1]
    assert client.get("/search/", {"q": "町内会", "kind": "nonsense", "page": "x"}).status_code == 200


def test_nothing_found_says_what_to_do(client: Client) -> None:
    small_plan.load()
    html = client.get("/search/", {"q": "町内会加入率調査"}).content.decode()
    assert "/indicators/kanyu/" in html
    assert "/not-held/" in html


def test_suggestions_are_json_with_titles(client: Client) -> None:
    small_plan.load()
    answer = client.get("/search/suggest/", {"q": "町内"})
    titles = [one["title"] for one in answer.json()["suggestions"]]
    assert "町内会加入率" in titles
    assert client.get("/search/suggest/", {"q": ""}).json()["suggestions"] == []


def test_the_search_page_needs_the_same_queries_for_one_hit_and_for_many(
    client: Client, django_assert_num_queries: object
) -> None:
    bring(thing(1, "公園"))
    client.get("/search/", {"q": "公園"})
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/search/", {"q": "公園"})
    bring(*[thing(number, f"公園{number}") for number in range(15)])
    with CaptureQueriesContext(connection) as many:
        client.get("/search/", {"q": "公園"})
    assert len(one) == len(many)


def test_published_plans_of_other_years_stand_beside_each_other() -> None:
    small_plan.load()
    assert Plan.objects.count() == 1
    assert len({hit.url for hit in queries.search("町内会", language="ja").hits}) >= 2
