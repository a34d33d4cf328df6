"""Addresses of proposers, and of the photos that they sent once published."""

from django.conf import settings
from django.urls import path

from frontend.proposing.page import form_page, secret_page, target_page
from frontend.proposing.views import complete, follow, photos, records, reports, search, short
from mapservice.uploads import accepts_upload

takes_photo = accepts_upload(settings.MAX_PHOTO_BYTES)

urlpatterns = [
    path("proposer/", search.propose, name="propose"),
    path("proposer/lieu/", takes_photo(form_page(records.NewPlace.as_view())), name="propose-place"),
    path("proposer/borne-wifi/", form_page(records.NewWifi.as_view()), name="propose-wifi"),
    path(
        "proposer/correction/lieu/<slug:slug>/",
        target_page(records.ChangePlace.as_view()),
        name="propose-change",
    ),
    path(
        "proposer/correction/borne-wifi/<slug:slug>/",
        target_page(records.ChangeWifi.as_view()),
        name="propose-wifi-change",
    ),
    path("proposer/fermeture/<slug:slug>/", target_page(short.Closure.as_view()), name="propose-closure"),
    path(
        "proposer/photo/<slug:slug>/",
        takes_photo(target_page(short.SendPhoto.as_view())),
        name="propose-photo",
    ),
    path("proposer/gestion/<slug:slug>/", target_page(short.Claim.as_view()), name="propose-claim"),
    path("proposer/signaler/lieu/<slug:slug>/", target_page(reports.Report.as_view()), name="report"),
    path(
        "proposer/signaler/borne-wifi/<slug:slug>/",
        target_page(reports.WifiReport.as_view()),
        name="report-wifi",
    ),
    path("proposer/signale/<str:token>/", reports.joined, name="report-joined"),
    path("proposer/suivi/<str:secret>/", follow.follow, name="proposal-follow"),
    path("proposer/suivi/<str:secret>/code/", follow.enter_code, name="proposal-code"),
    path("proposer/suivi/<str:secret>/nouveau-code/", follow.new_code, name="proposal-new-code"),
    path("proposer/suivi/<str:secret>/message/", follow.write, name="proposal-message"),
    path("proposer/suivi/<str:secret>/suite/", follow.say_more, name="proposal-more"),
    path(
        "proposer/suivi/<str:secret>/completer/",
        secret_page(complete.Complete.as_view()),
        name="proposal-complete",
    ),
    path("proposer/suivi/<str:secret>/retrait/", follow.withdraw_it, name="proposal-withdraw"),
    path("proposer/verifier/<str:token>/", follow.verify, name="proposal-verify"),
    path("photos/<uuid:pk>.webp", photos.photo, name="photo"),
    path("photos/<uuid:pk>-petite.webp", photos.photo_thumbnail, name="photo-thumbnail"),
]
