"""The administrator's pages of people, accounts and roles."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import forms, services
from jichi.city.invitations import invitation_parts
from jichi.city.models import Account, Grant, Person
from jichi.city.queries import departments_for, people_for, person_for
from jichi.city.requests import ViewedRequest
from jichi.city.words import reach_of, role_title, standing_of
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

from .acting import ask, go_on_from, posted

PAGE_SIZE = 50
forms_allowed = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def people(request: ViewedRequest) -> HttpResponse:
    """Everybody who works here, with the roles in force today."""
    search = request.GET.get("q", "").strip()
    page = Paginator(people_for(request.viewer, search=search), PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    table = Table(
        caption=_("People, their accounts and the roles in force today"),
        columns=[Column(_("Name"), head=True), Column(_("Account")), Column(_("Roles in force"))],
        rows=[
            [
                Cell(person.name, url=reverse("people-detail", args=[person.pk])),
                _account_words(person),
                _roles_in_force(person, today),
            ]
            for person in page
        ],
        phone="cards",
        hide_caption=True,
    )
    return render(
        request, "city/people.html", {"table": table, "page": page, "search": search, "dense": True}
    )


def _account_words(person: Person) -> str:
    account = getattr(person, "account", None)
    if account is None:
        return _("none")
    if not account.is_active:
        return _("%(email)s (closed)") % {"email": account.email}
    if not account.has_usable_password():
        return _("%(email)s (invited)") % {"email": account.email}
    return str(account.email)


def _in_force(grant: Grant, today: Any) -> bool:
    open_ended = grant.valid_to is None or grant.valid_to >= today
    return not hasattr(grant, "withdrawal") and grant.valid_from <= today and open_ended


def _roles_in_force(person: Person, today: Any) -> str:
    held = [grant for grant in person.grants.all() if _in_force(grant, today)]
    return _(", ").join(f"{role_title(grant.role)} ({reach_of(grant)})" for grant in held) or _("none")


def _crumbs(person: Person | None = None) -> list[dict[str, str]]:
    trail = [{"title": _("People and roles"), "url": reverse("people-list")}]
    if person is not None:
        trail.append({"title": person.name, "url": reverse("people-detail", args=[person.pk])})
    return trail


@require_safe
def detail(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """One person: the account, the roles of all times, and what can be done."""
    person = person_for(request.viewer, pk)
    today = timezone.localdate()
    grants = [
        {
            "row": grant,
            "title": role_title(grant.role),
            "reach": reach_of(grant),
            "standing": standing_of(grant, today),
            "may_change": not hasattr(grant, "withdrawal")
            and (grant.valid_to is None or grant.valid_to >= today),
        }
        for grant in person.grants.all()
    ]
    context = {
        "person": person,
        "account": getattr(person, "account", None),
        "grants": grants,
        "has_pseudonym": hasattr(person, "audit_actor"),
        "crumbs": [*_crumbs(), {"title": person.name}],
        "dense": True,
    }
    return render(request, "city/person.html", context)


@forms_allowed
def create(request: ViewedRequest) -> HttpResponse:
    """Enter a person."""

    def do(data: dict[str, Any]) -> HttpResponse:
        person = services.create_person(viewer=request.viewer, name=data["name"])
        return HttpResponseRedirect(reverse("people-detail", args=[person.pk]))

    return ask(
        request,
        forms.PersonForm(posted(request)),
        title=_("Enter a person"),
        button=_("Enter"),
        back=reverse("people-list"),
        do=do,
        done=_("The person was entered. Give an account and roles next."),
        crumbs=_crumbs(),
    )


def _show_link(request: ViewedRequest, person: Person, account: Account) -> HttpResponse:
    uid, token = invitation_parts(account)
    context = {
        "person": person,
        "account": account,
        "link": request.build_absolute_uri(reverse("account-invitation", args=[uid, token])),
        "back": reverse("people-detail", args=[person.pk]),
        "crumbs": [*_crumbs(person), {"title": _("Invitation")}],
        "dense": True,
    }
    return render(request, "city/invitation_link.html", context)


@never_cache
@forms_allowed
def open_(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the person's account; the answer is the one-time link, shown this once."""
    person = person_for(request.viewer, pk)

    def do(data: dict[str, Any]) -> HttpResponse:
        account = services.open_account(viewer=request.viewer, person_id=person.pk, email=data["email"])
        return _show_link(request, person, account)

    return ask(
        request,
        forms.AccountForm(posted(request)),
        title=_("Open an account"),
        lead=_(
            "You will get a link, to be handed to the person. With it the person sets the password, once."
        ),
        button=_("Open the account"),
        back=reverse("people-detail", args=[person.pk]),
        do=do,
        crumbs=_crumbs(person),
    )


def _account_of(person: Person) -> Account:
    account: Account | None = getattr(person, "account", None)
    if account is None:
        raise Account.DoesNotExist
    return account


@never_cache
@forms_allowed
def invite(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a new one-time link; the password and every earlier link become void."""
    person = person_for(request.viewer, pk)
    account = _account_of(person)

    def do(data: dict[str, Any]) -> HttpResponse:
        fresh = services.invite_again(viewer=request.viewer, account_id=account.pk)
        return _show_link(request, person, fresh)

    return ask(
        request,
        forms.ConfirmForm(posted(request)),
        title=_("Invite again"),
        lead=_("The present password and every earlier link become void."),
        button=_("Make a new link"),
        back=reverse("people-detail", args=[person.pk]),
        do=do,
        danger=True,
        crumbs=_crumbs(person),
    )


@forms_allowed
def close(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Close the person's account."""
    person = person_for(request.viewer, pk)
    account = _account_of(person)
    return ask(
        request,
        forms.ConfirmForm(posted(request)),
        title=_("Close the account"),
        lead=_("%(email)s can sign in no more, and open sessions end. What was done stays on record.")
        % {"email": account.email},
        button=_("Close the account"),
        back=reverse("people-detail", args=[person.pk]),
        do=lambda data: services.close_account(viewer=request.viewer, account_id=account.pk),
        done=_("The account is closed."),
        danger=True,
        crumbs=_crumbs(person),
        conflict=lambda current: [(_("Account"), _("closed"), _("to be closed"))],
    )


@forms_allowed
def give(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the person a role."""
    person = person_for(request.viewer, pk)

    def do(data: dict[str, Any]) -> None:
        department = data.pop("department")
        services.give_grant(
            viewer=request.viewer,
            person_id=person.pk,
            department_id=department.pk if department else None,
            **data,
        )

    return ask(
        request,
        forms.GrantForm(
            posted(request), departments=departments_for(request.viewer, on=timezone.localdate())
        ),
        title=_("Give a role"),
        button=_("Give the role"),
        back=reverse("people-detail", args=[person.pk]),
        do=do,
        done=_("The role was given."),
        crumbs=_crumbs(person),
    )


def _grant_of(person: Person, pk: int) -> Grant:
    for grant in person.grants.all():
        if grant.pk == pk:
            return grant
    raise Grant.DoesNotExist


def _grant_lead(grant: Grant) -> str:
    return f"{role_title(grant.role)} – {reach_of(grant)}"


def _last_day_words(grant: Grant) -> str:
    if hasattr(grant, "withdrawal"):
        return _("withdrawn")
    return format_date(grant.valid_to) if grant.valid_to else _("until further notice")


@forms_allowed
def end(request: ViewedRequest, pk: uuid.UUID, grant: int) -> HttpResponse:
    """Set the last day of a role."""
    person = person_for(request.viewer, pk)
    row = _grant_of(person, grant)
    form = forms.EndGrantForm(
        posted(request), initial={"last_day": timezone.localdate(), "seen_last_day": row.valid_to}
    )

    def differences(current: Grant) -> list[tuple[str, str, str]]:
        chosen = form.cleaned_data["last_day"]
        go_on_from(form, seen_last_day=current.valid_to.isoformat() if current.valid_to else "")
        return [(_("Last day"), _last_day_words(current), format_date(chosen))]

    return ask(
        request,
        form,
        title=_("Set the last day of a role"),
        lead=_grant_lead(row),
        button=_("Set the last day"),
        back=reverse("people-detail", args=[person.pk]),
        do=lambda data: services.end_grant(viewer=request.viewer, grant_id=row.pk, **data),
        done=_("The last day was set."),
        crumbs=_crumbs(person),
        conflict=differences,
    )


@forms_allowed
def withdraw(request: ViewedRequest, pk: uuid.UUID, grant: int) -> HttpResponse:
    """Take a role back at once."""
    person = person_for(request.viewer, pk)
    row = _grant_of(person, grant)
    return ask(
        request,
        forms.WithdrawGrantForm(posted(request)),
        title=_("Withdraw a role at once"),
        lead=_grant_lead(row),
        button=_("Withdraw"),
        back=reverse("people-detail", args=[person.pk]),
        do=lambda data: services.withdraw_grant(viewer=request.viewer, grant_id=row.pk, **data),
        done=_("The role was withdrawn."),
        danger=True,
        crumbs=_crumbs(person),
        conflict=lambda current: [(pgettext("of a person", "Role"), _("withdrawn"), _("to be withdrawn"))],
    )


@sensitive_variables()
@forms_allowed
def sever(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Cut the tie between the person and her pseudonym in the trail."""
    person = person_for(request.viewer, pk)
    return ask(
        request,
        forms.ConfirmForm(posted(request)),
        title=_("Cut off the pseudonym"),
        lead=_(
            "The trail keeps every act, but nobody can tell any more that they were this person's. "
            "This cannot be undone."
        ),
        button=_("Cut off for ever"),
        back=reverse("people-detail", args=[person.pk]),
        do=lambda data: services.sever_actor(viewer=request.viewer, person_id=person.pk),
        done=_("The pseudonym is cut off."),
        danger=True,
        crumbs=_crumbs(person),
    )
