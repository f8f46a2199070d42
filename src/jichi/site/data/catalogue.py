"""The catalogue of open data: what the rooms declare as exports, for people and for machines (DCAT-AP)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jichi.city import registry
from jichi.city.access import ANONYMOUS, Viewer
from jichi.manifest import Column, Export
from jichi.ui.content import chosen, translated
from jichi.ui.downloads import FORMATS, Dataset
from jichi.ui.languages import html_lang

from . import queries

DEFAULT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LANGUAGES = {
    "ja": "JPN",
    "en": "ENG",
    "zh": "ZHO",
    "ko": "KOR",
    "pt": "POR",
    "es": "SPA",
    "fil": "FIL",
    "vi": "VIE",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An export as the catalogue shows it, in the active language."""

    key: str
    room: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: int
    updated: dt.datetime | None

    @property
    def updated_on(self) -> dt.date | None:
        """The day of the last change."""
        return self.updated.date() if self.updated else None


def exports() -> Iterator[tuple[str, Export]]:
    """The exports of all rooms with the room's key, lowest room first."""
    return ((room.key, export) for room in registry.rooms() for export in room.exports)


def export_named(key: str) -> tuple[str, Export] | None:
    """The room and the export of that key, or None."""
    return next(((room, export) for room, export in exports() if export.key == key), None)


def rows_of(export: Export, viewer: Viewer = ANONYMOUS) -> list[dict[str, Any]]:
    """The rows of an export: what everybody may read, whoever asks. Open data is the same for all."""
    return list(registry.resolve(export.rows)(viewer))


def entries() -> list[Entry]:
    """The catalogue in the active language. Counting the rows is kept until the trail has a newer entry."""
    cache, newest = caches["process"], queries.newest_entry()
    found = []
    for room, export in exports():
        name = f"catalogue:{newest}:{export.key}"
        count = cache.get(name)
        if count is None:
            count = len(rows_of(export))
            cache.set(name, count, 3600)
        found.append(
            Entry(
                key=export.key,
                room=room,
                title=_(export.title),
                description=_(export.description),
                columns=export.columns,
                rows=count,
                updated=queries.changed_at(room) or queries.changed_at("city"),
            )
        )
    return found


def publisher() -> str:
    """The city's name in the active language."""
    city = queries.current_city()
    return str(translated(city, "name")) if city else "Jichi"


def licence_url() -> str:
    """The licence of the texts written for this site; facts are free of copyright."""
    city = queries.current_city()
    return str((city.licence if city else {}).get("descriptions_licence_url") or DEFAULT_LICENCE)


def licence_sentence() -> str:
    """What may be done with the data, in the active language."""
    city = queries.current_city()
    held = city.licence if city else {}
    return " ".join(text for key in ("data", "descriptions") if (text := str(chosen(held.get(key)))))


def about(title: str, description: str, page: str, updated: dt.datetime | None) -> list[tuple[str, str]]:
    """What the second sheet of a workbook says of its data."""
    return [
        (_("Title"), title),
        (_("Description"), description),
        (_("Publisher"), publisher()),
        (_("Licence"), f"{licence_sentence()} {licence_url()}".strip()),
        (_("Address"), page),
        (_("Last changed"), updated.date().isoformat() if updated else ""),
    ]


def dataset(
    *,
    key: str,
    title: str,
    description: str,
    columns: tuple[Column, ...],
    rows: list[Any],
    page: str,
    room: str,
) -> Dataset:
    """A table with everything a reader must know of it, ready to be downloaded."""
    updated = queries.changed_at(room, "figures")
    city = queries.current_city()
    return Dataset(
        key=key,
        title=title,
        columns=columns,
        rows=rows,
        about=about(title, description, page, updated),
        meta={
            "description": description,
            "publisher": publisher(),
            "licence": licence_url(),
            "licence_note": licence_sentence(),
            "url": page,
            "language": html_lang(translation.get_language() or "ja"),
            "updated_at": updated.isoformat(timespec="seconds") if updated else None,
            "is_sample": bool(city and city.is_sample),
        },
    )


def _address(name: str, *args: str) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _said(text: str) -> list[dict[str, str]]:
    """A msgid in each language of the site, as JSON-LD says it."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        # やさしい日本語 is Japanese to a machine: the first of each tag stands.
        with translation.override(code):
            found.setdefault(html_lang(code), _(text))
    return [{"@language": tag, "@value": value} for tag, value in found.items()]


def _moment(moment: dt.datetime | None) -> dict[str, Any]:
    if moment is None:
        return {}
    value = moment.isoformat(timespec="seconds")
    return {"dct:modified": {"@type": "xsd:dateTime", "@value": value}}


def dcat() -> dict[str, Any]:
    """The catalogue as DCAT-AP in JSON-LD, with its context inside: nothing else has to be fetched."""
    city = queries.current_city()
    agent = {
        "@id": f"{settings.BASE_URL}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": publisher(),
        **({"dct:identifier": city.code} if city else {}),
    }
    listed = entries()
    tags = dict.fromkeys(html_lang(code).split("-")[0] for code, _name in settings.LANGUAGES)
    languages = [{"@id": f"{_AUTHORITY}/language/{_LANGUAGES[tag]}"} for tag in tags if tag in _LANGUAGES]
    shared = {"dct:publisher": {"@id": agent["@id"]}, "dct:language": languages}
    newest = max((entry.updated for entry in listed if entry.updated), default=None)
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": _address("dcat"),
        "@type": "dcat:Catalog",
        "dct:title": _said("Open data"),
        "dct:description": _said("Everything the public pages of this site show, as data."),
        "dct:license": {"@id": licence_url()},
        "foaf:homepage": {"@id": _address("home")},
        **shared,
        "dct:publisher": agent,
        **_moment(newest),
        "dcat:dataset": [_dcat_dataset(room, export, shared) for room, export in exports()],
        "dcat:service": {
            "@id": f"{settings.BASE_URL}/api/v1/",
            "@type": "dcat:DataService",
            "dct:title": _said("Read API"),
            "dcat:endpointURL": {"@id": f"{settings.BASE_URL}/api/v1/"},
            "dcat:endpointDescription": {"@id": _address("api-openapi")},
            "dct:license": {"@id": licence_url()},
            "dcat:servesDataset": [{"@id": _dataset_id(export.key)} for _room, export in exports()],
        },
    }


def _dataset_id(key: str) -> str:
    return f"{_address('data-catalogue')}#{key}"


def _dcat_dataset(room: str, export: Export, shared: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": _dataset_id(export.key),
        "@type": "dcat:Dataset",
        "dct:identifier": export.key,
        "dct:title": _said(export.title),
        "dct:description": _said(export.description),
        "dcat:landingPage": {"@id": _address("data-catalogue")},
        **shared,
        **_moment(queries.changed_at(room)),
        "dcat:distribution": [_distribution(export, form) for form in FORMATS],
    }


def _distribution(export: Export, form: str) -> dict[str, Any]:
    address = _address("data-file", export.key, form)
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": f"{export.key}.{form}",
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{form.upper()}"},
        "dcat:mediaType": {"@id": f"{_MEDIA}/{FORMATS[form].partition(';')[0]}"},
        "dct:license": {"@id": licence_url()},
    }
