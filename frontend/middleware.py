"""The language of a page: French unless the visitor chose another one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

# Programs and staff follow the language of their browser, as Django does.
_FOLLOW_BROWSER = ("/api/", "/admin/", "/comptes/")


class VisitorLanguageMiddleware(LocaleMiddleware):
    """Pages for the public read French first, whatever the browser asks; a cookie keeps another choice.

    The service speaks to the inhabitants of a French département, many on computers that were never set up for them.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(_FOLLOW_BROWSER):
            super().process_request(request)
            return
        translation.activate(chosen_language(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(_FOLLOW_BROWSER):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def chosen_language(request: HttpRequest) -> str:
    """The language of the cookie when it is one of ours, else the site's own."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
