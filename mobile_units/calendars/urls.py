"""The addresses under /calendars/. A key is the slug of the page, or the INSEE code of the commune."""

from django.urls import path, re_path

from mobile_units.calendars.feeds import ChangesFeed
from mobile_units.calendars.views import calendar

INSEE = r"(?P<key>(?:\d\d|2[AB])\d{3})"

urlpatterns = [
    path("stops/<slug:key>.ics", calendar, {"subject": "stops"}, name="calendar-stop"),
    re_path(rf"^communes/{INSEE}\.ics$", calendar, {"subject": "communes"}, name="calendar-commune"),
    path("units/<slug:key>.ics", calendar, {"subject": "units"}, name="calendar-unit"),
    re_path(rf"^communes/{INSEE}\.atom$", ChangesFeed(), {"subject": "communes"}, name="feed-commune"),
    path("units/<slug:key>.atom", ChangesFeed(), {"subject": "units"}, name="feed-unit"),
]
