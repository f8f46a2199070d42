"""The public addresses of consultations."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import form, form_short, public, public_files, public_opinions, public_said

patterns: list[URLPattern] = [
    path("consultations/", public.consultation_list, name="consultation-list"),
    path("consultations/calendar.ics", public_files.consultation_calendar, name="consultation-calendar"),
    path("consultations/feed.xml", public_files.consultation_feed, name="consultation-feed"),
    path("consultations/<slug:key>/", public.consultation_detail, name="consultation-detail"),
    path("consultations/<slug:key>/draft/", public.consultation_draft, name="consultation-draft"),
    path("consultations/<slug:key>/files/<int:pk>/", public.consultation_file, name="consultation-file"),
    path(
        "consultations/<slug:key>/form.pdf", public_files.consultation_form_pdf, name="consultation-form-pdf"
    ),
    path("consultations/<slug:key>/say/", form.say, name="consultation-say"),
    path("consultations/<slug:key>/go-on/<str:token>/", form.go_on, name="consultation-go-on"),
    path(
        "consultations/<slug:key>/accommodation/", form_short.accommodation, name="consultation-accommodation"
    ),
    path("consultations/<slug:key>/appeal/", form_short.appeal, name="consultation-appeal"),
    path("consultations/<slug:key>/follow/", form_short.follow, name="consultation-follow"),
    path("consultations/<slug:key>/opinions/", public_opinions.opinions, name="consultation-opinions"),
    path("consultations/<slug:key>/arguments/", public_opinions.arguments, name="consultation-arguments"),
    path("you-said/", public_said.you_said, name="you-said"),
]
