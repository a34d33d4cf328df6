"""The staff's tool for the catalogue: Django's admin, with a map, a history, and two writers who lose nothing."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from places.admin.audit import AuditEntryAdmin
from places.admin.catalogue import PlaceAdmin, WifiPointAdmin
from places.admin.territories import CommuneAdmin

__all__ = ["AuditEntryAdmin", "CommuneAdmin", "PlaceAdmin", "WifiPointAdmin"]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Gestion du catalogue")
