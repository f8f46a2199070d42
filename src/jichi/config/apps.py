from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Puts the rooms' manifests together, once, when Django starts."""

    name = "jichi.config"
    label = "config"

    def ready(self) -> None:
        from jichi.city import registry  # deferred: django
        from jichi.config.rooms import ROOMS  # deferred: django

        registry.install(ROOMS)
