"""Address of the weekly grid's reading back."""

from django.urls import path

from frontend.hours.views import hours_reading

urlpatterns = [path("proposer/horaires", hours_reading, name="hours-reading")]
