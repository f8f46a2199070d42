"""Going through the pages as a browser without JavaScript does: what a page offers is what is sent."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"staff-evaluation{name}", args=args)


def page(client: Client, name: str, *args: Any, status: int = 200, **query: str) -> str:
    response = client.get(url(name, *args), query)
    assert response.status_code == status, (status, response.status_code, response.content.decode()[:800])
    return response.content.decode()


def post(client: Client, name: str, *args: Any, status: int = 302, follow: bool = False, **data: Any) -> str:
    """Send a form; with ``follow`` answers the page one is led to."""
    response = client.post(url(name, *args), data)
    text = response.content.decode()
    assert response.status_code == status, (status, response.status_code, errors(text), text[:600])
    if follow:
        return client.get(response.headers["Location"]).content.decode()
    return text


def errors(text: str) -> list[str]:
    return re.findall(r"field__error[^>]*>(.*?)</p>", text, re.S)


def version_on(text: str, name: str = "version") -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', text)
    assert found is not None, f"no {name} on the page"
    return found[1]


def notices(text: str) -> str:
    """What stands in notices above a page."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", one) for one in re.findall(r'notice__text">(.*?)</div>', text, re.S)
    )


def controls(text: str) -> dict[str, str]:
    """The answers as the form shows them: text inputs and text areas."""
    inputs = re.findall(
        r'<input class="input[^"]*" type="text" id="a-[^"]*" name="(a-[^"]*)" value="([^"]*)"', text
    )
    areas = re.findall(
        r'<textarea class="input" id="a-[^"]*" name="(a-[^"]*)"[^>]*>\n(.*?)</textarea>', text, re.S
    )
    return {name: html.unescape(value) for name, value in [*inputs, *areas]}


def save(
    client: Client, pk: int, status: int = 302, button: str = "draft", text: str = "", **answers: Any
) -> str:
    """Type answers into a sheet's form and press a button; ``text`` is the page one types into."""
    text = text or page(client, "-sheet", pk)
    data = controls(text) | {f"a-{key.replace('__', '.')}": value for key, value in answers.items()}
    return post(client, "-sheet", pk, status=status, version=version_on(text), **{button: "1"}, **data)


def hand_in(client: Client, pk: int, status: int = 302, **answers: Any) -> str:
    """Fill a sheet in and hand it in over the page that asks once more."""
    save(client, pk, button="hand_in", **{"accomplishment": "3", **answers})
    text = page(client, "-sheet-hand-in", pk)
    return post(client, "-sheet-hand-in", pk, status=status, version=version_on(text), follow=status == 302)


def go_on(client: Client, pk: int, act: str = "pass") -> str:
    """Press the button by which a sheet goes on, on its own page."""
    text = page(client, "-sheet", pk)
    assert f'name="act" value="{act}"' in text
    return post(
        client,
        "-bulk",
        act=act,
        sheet=pk,
        next=url("-sheet", pk),
        follow=True,
        **{f"version-{pk}": version_on(text, f"version-{pk}")},
    )
