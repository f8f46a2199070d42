"""Addresses of data. They are quoted in programs: they never change."""

from __future__ import annotations

from django.urls import path

from . import sitemap, views

plain_urlpatterns = [
    path("data/catalog.jsonld", views.dcat, name="dcat"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", sitemap.robots, name="robots"),
]

urlpatterns = [
    path("data/", views.data_catalogue, name="data-catalogue"),
    path("data/<slug:export>.<slug:fmt>", views.data_file, name="data-file"),
    path("plans/<slug:plan_key>.<slug:fmt>", views.plan_data, name="plan-data"),
    path("plans/<slug:plan_key>/<str:code>.<slug:fmt>", views.node_data, name="node-data"),
    path("indicators/<slug:key>.<slug:fmt>", views.indicator_data, name="indicator-data"),
    path("documents/<slug:key>.<slug:fmt>", views.document_data, name="document-data"),
]
