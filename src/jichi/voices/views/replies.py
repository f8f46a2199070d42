"""Replies: drafted with templates, put up for approval, sent; and the templates themselves."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import show
from jichi.office.queries import is_decided, routes_for, standing_of
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_number
from jichi.voices import actions, queries, services
from jichi.voices.duties import title_of, voice_url
from jichi.voices.forms import PutUpForm, ReplyForm, SeenForm, TemplateForm
from jichi.voices.models import Reply
from jichi.voices.words import desk_title

from .frame import act_on, changed, crumbs, voice_to
from .showing import reply_card, said

any_method = require_http_methods(["GET", "HEAD", "POST"])


@any_method
def draft(request: ViewedRequest, pk: int) -> HttpResponse:
    """Draft the reply to one voice; ``?template=`` begins with one of the office's texts."""
    row = voice_to(request, pk, actions.REPLY)
    initial = {"language": row.language, "text": _template_text(request)}

    def do(data: dict[str, Any]) -> HttpResponse:
        reply = services.draft_reply(
            viewer=request.viewer, voice_id=row.pk, text=data["text"], language=data["language"]
        )
        return redirect("staff-reply", reply.pk)

    return act_on(
        request,
        row,
        ReplyForm(posted(request), initial=initial),
        title=_("Draft a reply"),
        button=_("Keep the draft"),
        do=do,
        done=_("The draft is kept. Put it up for approval next."),
        template="voices/staff/draft.html",
        more={**_beside(request), **said(request, row)},
    )


@any_method
def draft_to_set(request: ViewedRequest, pk: int) -> HttpResponse:
    """Draft one reply to all who said the same; or go on with the one that is there."""
    group = queries.set_for(request.viewer, pk)
    request.viewer.require(actions.REPLY, group.desk)
    under_way = queries.reply_under_way(request.viewer, group)
    if under_way is not None:
        return redirect("staff-reply", under_way.pk)
    form = ReplyForm(posted(request), initial={"language": "ja", "text": _template_text(request)})

    def do(data: dict[str, Any]) -> HttpResponse:
        reply = services.draft_reply(
            viewer=request.viewer, set_id=group.pk, text=data["text"], language=data["language"]
        )
        return redirect("staff-reply", reply.pk)

    count = ngettext(
        "It goes to %(count)s submission of this group; who said other things too waits for those replies.",
        "It goes to %(count)s submissions of this group; who said other things too waits for those replies.",
        group.submissions,
    )
    return ask(
        request,
        form,
        title=_("One reply to all of a group"),
        lead=count % {"count": format_number(group.submissions)},
        button=_("Keep the draft"),
        back=reverse("staff-desk", args=[group.desk.key]),
        crumbs=crumbs(),
        do=do,
        done=_("The draft is kept. Put it up for approval next."),
        template="voices/staff/draft.html",
        more={
            **_beside(request),
            "head": group.title or getattr(group, "lead_text", None) or "",
            "text_lang": "ja",
        },
    )


def _beside(request: ViewedRequest) -> dict[str, Any]:
    """The office's templates as links that begin the draft with one."""
    found = [
        {"title": one.title, "url": f"?template={one.pk}", "text": one.text}
        for one in queries.templates_for(request.viewer)[:30]
    ]
    chosen = request.GET.get("template", "")
    for one in found:
        one["current"] = "1" if one["url"] == f"?template={chosen}" else ""
    return {"templates": found}


def _template_text(request: ViewedRequest) -> str:
    asked = request.GET.get("template", "")
    if not asked.isdigit():
        return ""
    found = queries.templates_for(request.viewer).filter(pk=int(asked)).first()
    return found.text if found is not None else ""


@require_safe
def reply(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """One reply: its text, where its approval stands, and the next step."""
    row = queries.reply_for(request.viewer, pk)
    letters = queries.letters_of(request.viewer, row)[:200] if row.sent_at else []
    context = {
        "title": _title(row),
        "lead": "",
        "card": reply_card(request, row),
        "row": row,
        "lang": html_lang(row.language),
        "acts": _acts(request, row),
        "letters": [
            {"title": title_of(one), "url": reverse("staff-voice-letter", args=[one.pk, row.pk])}
            for one in letters
        ],
        "voice_url": voice_url(row.voice) if row.voice is not None else "",
    }
    return show(request, "voices/staff/reply.html", context, crumbs=crumbs())


def _title(row: Reply) -> str:
    if row.voice is not None:
        return _("Reply to %(number)s") % {"number": title_of(row.voice)}
    assert row.set is not None
    return _("One reply to all of a group (%(desk)s)") % {"desk": desk_title(row.set.desk)}


def _acts(request: ViewedRequest, row: Reply) -> list[dict[str, str]]:
    approval = standing_of(row.context)
    under_way = row.sent_at is None and row.withdrawn_at is None
    changeable = under_way and (approval is None or approval.state == approval.State.RETURNED)
    possible = [
        ("edit", actions.REPLY, changeable, _("Change the text")),
        ("put-up", actions.REPLY, changeable, _("Put up for approval")),
        ("send", actions.SEND, under_way and is_decided(row.context), _("Send it")),
        ("withdraw", actions.REPLY, under_way, _("Take it back")),
    ]
    return [
        {"title": title, "url": reverse(f"staff-reply-{name}", args=[row.pk])}
        for name, key, now, title in possible
        if now and request.viewer.can(key, row)
    ]


def _reply_to(request: ViewedRequest, pk: uuid.UUID, key: str) -> Reply:
    row = queries.reply_for(request.viewer, pk)
    request.viewer.require(key, row)
    return row


def _act(request: ViewedRequest, row: Reply, form: Any, **said: Any) -> HttpResponse:
    back = reverse("staff-reply", args=[row.pk])
    where = [*crumbs(), {"title": _title(row), "url": back}]
    return ask(request, form, back=back, crumbs=where, conflict=lambda now: changed(form, now), **said)


@any_method
def edit(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the text of a draft."""
    row = _reply_to(request, pk, actions.REPLY)
    initial = {"text": row.text, "language": row.language, "version": row.version}
    return _act(
        request,
        row,
        ReplyForm(posted(request), initial=initial),
        title=_("Change the reply"),
        button=_("Keep the draft"),
        do=lambda data: services.draft_reply(
            viewer=request.viewer,
            text=data["text"],
            language=data["language"],
            reply_id=row.pk,
            version=data["version"],
        ),
        done=_("The draft is kept."),
    )


@any_method
def put_up(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the reply up for approval."""
    row = _reply_to(request, pk, actions.REPLY)
    routes = [
        (one.key, str(translated(one, "title"))) for one in routes_for(request.viewer, row.department_id)
    ]
    return _act(
        request,
        row,
        PutUpForm(posted(request), routes=routes, initial={"version": row.version}),
        title=_("Put the reply up for approval"),
        button=_("Put up"),
        lead="" if routes else _("No route of approval holds for this office. The administrator loads one."),
        do=lambda data: services.put_up_reply(
            viewer=request.viewer, reply_id=row.pk, version=data["version"], route_key=data["route_key"]
        ),
        done=_("It is on its way."),
    )


@any_method
def send(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Send an approved reply."""
    row = _reply_to(request, pk, actions.SEND)
    return _act(
        request,
        row,
        SeenForm(posted(request), initial={"version": row.version}),
        title=_("Send the reply?"),
        button=_("Send"),
        lead=_(
            "By mail where there is an address, otherwise as a letter to print. It cannot be changed then."
        ),
        do=lambda data: services.send_reply(viewer=request.viewer, reply_id=row.pk, version=data["version"]),
        done=_("The reply is sent, or stands ready as a letter."),
    )


@any_method
def withdraw(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a reply back that was not sent."""
    row = _reply_to(request, pk, actions.REPLY)
    return _act(
        request,
        row,
        SeenForm(posted(request), initial={"version": row.version}),
        title=_("Take the reply back?"),
        button=_("Take back"),
        danger=True,
        do=lambda data: services.withdraw_reply(
            viewer=request.viewer, reply_id=row.pk, version=data["version"]
        ),
        done=_("It is taken back; its words stay on record."),
    )


@require_safe
def templates(request: ViewedRequest) -> HttpResponse:
    """The texts the office replies with often."""
    request.viewer.require(actions.TEMPLATE)
    context = {
        "title": _("Templates of replies"),
        "lead": _("Texts to begin a reply with. Each is still read and approved as a reply of its own."),
        "templates": [
            {
                "title": one.title,
                "text": one.text,
                "url": reverse("staff-template", args=[one.pk]) if one.department_id else "",
            }
            for one in queries.templates_for(request.viewer)
        ],
        "new_url": reverse("staff-template-new"),
    }
    return show(request, "voices/staff/templates.html", context, crumbs=crumbs())


@any_method
def template(request: ViewedRequest, pk: int | None = None) -> HttpResponse:
    """Make a template, change it or put it away."""
    request.viewer.require(actions.TEMPLATE)
    row = queries.templates_for(request.viewer).get(pk=pk, department__isnull=False) if pk else None
    initial: dict[str, Any] = {"language": "ja"}
    if row is not None:
        initial = {"title": row.title, "text": row.text, "language": row.language, "version": row.version}
    form = TemplateForm(posted(request), viewer=request.viewer, owned=row is not None, initial=initial)

    def do(data: dict[str, Any]) -> object:
        office = data["department_id"].pk if row is None else row.department_id
        return services.save_template(
            viewer=request.viewer,
            title=data["title"],
            text=data["text"],
            language=data["language"],
            department_id=office,
            template_id=row.pk if row is not None else None,
            version=data["version"],
            is_gone=data["is_gone"],
        )

    where = [*crumbs(), {"title": _("Templates of replies"), "url": reverse("staff-templates")}]
    return ask(
        request,
        form,
        title=row.title if row is not None else _("A new template"),
        button=_("Keep"),
        back=reverse("staff-templates"),
        crumbs=where,
        conflict=lambda now: changed(form, now),
        do=do,
        done=_("The template is kept."),
    )
