from django.apps import AppConfig


class MobileUnitsConfig(AppConfig):
    name = "mobile_units"
    verbose_name = "Unités mobiles"
