"""Addresses of the partners' desk, under /partenaire/."""

from django.urls import path

from frontend.partners.views import home, invitation

urlpatterns = [
    path("", home.home, name="partner"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
]
