from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What joins all rooms."""

    name = "jichi.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
