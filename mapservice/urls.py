"""Every address of the service. Each app's own list is included here, and nowhere else."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from mapservice import health, well_known
from mapservice.accounts.sessions import end_session, own_sessions
from mapservice.ogc.service import Landing
from places.api.proposals import urls as proposals

# The administration's own sign-in page would be a way around attempts that are counted and around the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # so allauth asks

handler400 = "mapservice.faults.bad_request"
handler403 = "mapservice.faults.forbidden"
handler404 = "mapservice.faults.not_found"
handler500 = "mapservice.faults.server_error"

urlpatterns = [
    path("", include("frontend.urls")),
    path("admin/", admin.site.urls),
    # Answered and not redirected: QGIS 3.22 takes the slash away from what one types, and dies of a redirect.
    path("api/v1", Landing.as_view()),
    # Staff's own door, described by a document of its own: nothing in the public one needs an account.
    path("api/v1/planning/", include("mobile_units.api.urls")),
    *proposals.root,
    path(f"{proposals.ROOT}/", include(proposals)),
    path("api/v1/", include("mapservice.api_urls")),
    path("calendars/", include("mobile_units.calendars.urls")),
    # Before the library's own list, which cannot end one session alone.
    path("comptes/sessions/", own_sessions, name="usersessions_list"),
    path("comptes/sessions/<int:pk>/fermer/", end_session, name="usersessions_end"),
    path("comptes/", include("allauth.urls")),
    path("exports/", include("mapservice.exports.urls")),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", well_known.robots, name="robots"),
]
