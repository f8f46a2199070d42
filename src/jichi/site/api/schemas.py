"""What the API answers. Numbers are JSON numbers; a missing value is null, never 0; years are fiscal."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, TypeVar

from ninja import Field, Schema

Number = int | float
Item = TypeVar("Item")


class Problem(Schema):
    """An error (RFC 9457), in the reader's language."""

    type: str = Field("about:blank", description="A URI for the kind of problem.")
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: list[dict[str, Any]] = Field(
        [], description="For a parameter that cannot be used: which, and why."
    )


class Page(Schema, Generic[Item]):
    """One page of a list."""

    count: int = Field(description="How many there are in all.")
    page: int
    pages: int
    next: str | None = Field(None, description="Address of the next page.")
    previous: str | None = None
    items: list[Item]


class Level(Schema):
    """A level of a plan's tree, from the root down."""

    key: str
    name: str
    kind: str = Field(description="branch or project")


class Period(Schema):
    """A numbered period to which targets belong."""

    number: int
    name: str
    first_year: int | None
    last_year: int | None


class Plan(Schema):
    """A plan and what it is today."""

    key: str
    name: str
    first_year: int
    last_year: int
    adopted_on: dt.date | None
    state: str = Field(description="draft, in_force, ended or superseded, today")
    scope_note: str
    source: dict[str, Any]
    levels: list[Level]
    periods: list[Period]
    predecessor: str | None
    successor: str | None
    url: str
    document: str = Field(description="Address of the whole plan as jichi-plan/1.")


class Branch(Schema):
    """A node with everything below it."""

    code: str
    level: str
    name: str
    url: str
    children: list[Branch] = []


class PlanTree(Plan):
    """A plan with its whole tree."""

    tree: list[Branch]


class Node(Schema):
    """A part of a plan."""

    plan: str
    code: str
    parent: str | None
    level: str
    level_name: str
    order: int
    name: str
    summary: str
    department: str | None
    url: str


class Statement(Schema):
    """A sentence of a branch."""

    kind: str = Field(description="goal, direction, progress or issue")
    text: str


class Point(Schema):
    """What a plan prints for a series: a baseline, its current value or a target."""

    plan: str
    role: str = Field(description="baseline, current or target")
    fiscal_year: int | None
    as_of: str | None
    value: Number | None
    decimals: int
    comparator: str = Field(description="ge at least, le at most, about, none stated")
    period: int | None
    printed: str
    note: str


class Observation(Schema):
    """A measured value with its evidence. Corrections are further revisions; nothing is overwritten."""

    fiscal_year: int
    as_of: dt.date | None
    period_first: dt.date | None
    period_last: dt.date | None
    value: Number | None
    unit: str
    decimals: int
    definition: str
    quantity: str
    counting: str
    coverage_seen: int | None
    coverage_whole: int | None
    n: int | None
    interval_low: Number | None
    interval_high: Number | None
    interval_method: str
    status: str
    revision: int
    is_latest: bool
    reason: str
    source_kind: str
    metric: str
    rule_version: str
    evidence: str
    evidence_kind: str
    evidence_sha256: str
    evidence_publisher: str
    evidence_url: str
    evidence_locator: str
    is_sample: bool
    note: str
    published_at: dt.datetime | None


class Series(Schema):
    """One line of an indicator, printed and measured."""

    key: str
    name: str
    points: list[Point]
    observations: list[Observation]


class Placement(Schema):
    """Where a plan places an indicator."""

    plan: str
    node: str
    node_name: str
    comparator: str


class Indicator(Schema):
    """An indicator and where plans place it."""

    key: str
    name: str
    kind: str = Field(description="sense or outcome")
    unit: str
    decimals: int
    source: str
    definition: str
    note: str
    department: str | None
    placements: list[Placement]
    url: str


class IndicatorDetail(Indicator):
    """An indicator with all its values."""

    series: list[Series]


class Milestone(Schema):
    """What an initiative does from one fiscal year to another."""

    order: int
    text: str
    first_year: int | None
    last_year: int | None
    open_ended: bool
    certain: bool


class Initiative(Schema):
    """A strand of a project."""

    order: int
    marker: str
    parent: int | None
    name: str
    milestones: list[Milestone]


class FigurePoint(Schema):
    """A reference value or yearly target of a project's number."""

    role: str = Field(description="reference or target")
    fiscal_year: int | None
    as_of: str | None
    value: Number
    printed: str
    note: str


class ProjectFigure(Schema):
    """A yearly number of a project; without targets it is a count, never graded."""

    order: int
    name: str
    unit: str
    comparator: str
    decimals: int
    initiative: str | None
    points: list[FigurePoint]
    observations: list[Observation]


class Project(Node):
    """A project with what it does and the numbers it promises."""

    initiatives: list[Initiative]
    figures: list[ProjectFigure]


class NodeDetail(Node):
    """A node with its sentences and what hangs on it."""

    statements: list[Statement]
    children: list[str]
    indicators: list[str]
    documents: list[str]
    schemes: list[str]
    project: str | None = Field(None, description="Address of the project, if the node is one.")


class Revision(Schema):
    """An adoption, revision or planned revision of a policy document."""

    fiscal_year: int | None
    event: str
    label: str
    note: str


class Document(Schema):
    """A subordinate plan, policy, guideline or ordinance that a plan names."""

    key: str
    name: str
    kind: str
    legal_basis: str
    summary: str
    nodes: list[str]
    revisions: list[Revision]
    url: str


class Scheme(Schema):
    """A named scheme of the city."""

    key: str
    name: str
    summary: str
    nodes: list[str]


class NotHeld(Schema):
    """A part known to exist and not held here."""

    plan: str
    key: str
    title: str
    reason: str
    node: str | None


class Ward(Schema):
    """A ward of the city."""

    key: str
    code: str
    name: str
    reading: str
    order: int


class Found(Schema):
    """A page that a search found."""

    kind: str
    code: str
    title: str
    context: str
    excerpt: str
    url: str


class FoundPage(Schema):
    """One page of search results. With ``is_broad``, ``count`` and ``kinds`` are lower bounds."""

    query: str
    count: int
    is_broad: bool
    kinds: dict[str, int]
    page: int
    pages: int
    items: list[Found]
    related: list[Found] = Field(
        [], description="Where nothing was found: pages with titles near to the query."
    )


class Column(Schema):
    """A column of a dataset."""

    key: str
    title: str
    type: str
    unit: str
    description: str


class Dataset(Schema):
    """A public dataset."""

    key: str
    title: str
    description: str
    rows: int
    updated_at: dt.datetime | None
    licence: str
    columns: list[Column]
    files: dict[str, str] = Field(description="Address by format.")
