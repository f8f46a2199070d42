from django.apps import AppConfig


class VoicesConfig(AppConfig):
    """What was said: whatever a person says to the city, its receipt, its owner and what it changed."""

    name = "jichi.voices"
    label = "voices"
    default_auto_field = "django.db.models.BigAutoField"
