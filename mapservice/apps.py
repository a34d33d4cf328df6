from django.apps import AppConfig


class MapserviceConfig(AppConfig):
    name = "mapservice"
    verbose_name = "Service cartographique"
