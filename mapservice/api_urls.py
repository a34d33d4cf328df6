"""The addresses under /api/v1/. None ends with a slash but the root itself."""

from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
