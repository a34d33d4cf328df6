from types import ModuleType

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from mapservice.libraries import require_libraries


class MapserviceConfig(AppConfig):
    name = "mapservice"
    verbose_name = "Service cartographique"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        # Here, since the next thing that Django does is to import models, which fail without a sentence.
        require_libraries()

    def ready(self) -> None:
        # Their imports register system checks and listeners.
        from mapservice import checks  # noqa: F401, PLC0415
        from mapservice.accounts import second_factor  # noqa: F401, PLC0415
        from mapservice.accounts.permissions import synchronise_roles  # noqa: PLC0415
        from mapservice.post import checks as post_checks  # noqa: F401, PLC0415

        post_migrate.connect(
            synchronise_roles, sender=apps.get_app_config("auth"), dispatch_uid="mapservice.accounts.roles"
        )
