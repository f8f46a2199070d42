"""The page behind a one-time link: somebody sets the first password of her account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Invalid
from jichi.city.forms import PasswordForm, take_objections
from jichi.city.invitations import account_invited
from jichi.city.models import Account
from jichi.city.services import accept_invitation

from .acting import posted


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Ask for a password twice, then lead to the sign-in. A void link says so, and not why."""
    form = PasswordForm(posted(request))
    status = 200
    try:
        account = account_invited(uid=uid, token=token)
        if request.method == "POST":
            status = 422
            if form.is_valid():
                accept_invitation(uid=uid, token=token, password=form.cleaned_data["password"])
                messages.success(request, _("The password is set. Sign in with it now."))
                return HttpResponseRedirect(reverse("account_login"))
    except Invalid as error:
        take_objections(form, error)
    except Account.DoesNotExist:
        return render(request, "city/invitation_void.html", status=404)
    return _page(request, form, account, status)


def _page(request: HttpRequest, form: Any, account: Account, status: int) -> HttpResponse:
    return render(request, "city/invitation.html", {"form": form, "account": account}, status=status)
