from django.apps import AppConfig


class CityConfig(AppConfig):
    """Who and when."""

    name = "jichi.city"
    label = "city"
    default_auto_field = "django.db.models.BigAutoField"
