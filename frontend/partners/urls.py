"""Addresses of the partners' desk, under /partenaire/."""

from django.urls import path

from frontend.partners.access import partner_page
from frontend.partners.addresses import PLACES, WIFI_POINTS
from frontend.partners.views import (
    claims,
    files,
    home,
    invitation,
    organisations,
    own_data,
    photos,
    proposals,
    records,
    statistics,
)
from frontend.partners.views.edit import EditPage

PLACE, WIFI = {"kind": PLACES}, {"kind": WIFI_POINTS}
edit = partner_page(EditPage.as_view())  # type: ignore[arg-type]  # it answers whole pages

urlpatterns = [
    path("", home.home, name="partner"),
    path("exact/", home.confirm_all, name="partner-confirm-all"),
    path("lieux/<uuid:pk>/", records.record, PLACE, name="partner-record"),
    path("lieux/<uuid:pk>/modifier/", edit, PLACE, name="partner-edit"),
    path("lieux/<uuid:pk>/exact/", records.confirm, PLACE, name="partner-confirm"),
    path("lieux/<uuid:pk>/fermeture/", records.closure, name="partner-closure"),
    path("lieux/<uuid:pk>/fermeture/<int:closure>/fin/", records.end_closure, name="partner-reopen"),
    path("lieux/<uuid:pk>/photos/", photos.photos, name="partner-photos"),
    path("lieux/<uuid:pk>/photos/<uuid:photo>/retirer/", photos.remove, name="partner-photo-remove"),
    path("lieux/<uuid:pk>/consultations/", statistics.one, PLACE, name="partner-statistics"),
    path("lieux/<uuid:pk>/gerer/", claims.claim, PLACE, name="partner-claim"),
    path("bornes-wifi/<uuid:pk>/", records.record, WIFI, name="partner-wifi"),
    path("bornes-wifi/<uuid:pk>/modifier/", edit, WIFI, name="partner-wifi-edit"),
    path("bornes-wifi/<uuid:pk>/exact/", records.confirm, WIFI, name="partner-wifi-confirm"),
    path("bornes-wifi/<uuid:pk>/etat/", records.wifi_state, name="partner-wifi-state"),
    path("bornes-wifi/<uuid:pk>/consultations/", statistics.one, WIFI, name="partner-wifi-statistics"),
    path("bornes-wifi/<uuid:pk>/gerer/", claims.claim, WIFI, name="partner-wifi-claim"),
    path("gerer/", claims.search, name="partner-claim-search"),
    path("consultations/", statistics.everything, name="partner-views"),
    path("propositions/", proposals.proposals, name="partner-proposals"),
    path("propositions/<uuid:pk>/", proposals.proposal, name="partner-proposal"),
    path("propositions/<uuid:pk>/reponse/", proposals.answer, name="partner-proposal-reply"),
    path("propositions/<uuid:pk>/retrait/", proposals.take_back, name="partner-proposal-withdraw"),
    path("fichiers/", files.files, name="partner-files"),
    path("fichiers/proposer/", files.propose, name="partner-file-propose"),
    path("fichiers/suivi/", files.progress, name="partner-file-progress"),
    path("organisations/", organisations.organisations, name="partner-organisations"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="partner-organisation"),
    path("organisations/<uuid:pk>/nom/", organisations.edit, name="partner-organisation-edit"),
    path("organisations/<uuid:pk>/lieux.csv", files.download, {"form": "csv"}, name="partner-csv"),
    path("organisations/<uuid:pk>/lieux.xlsx", files.download, {"form": "xlsx"}, name="partner-xlsx"),
    path("organisations/<uuid:pk>/inviter/", organisations.invite, name="partner-invite"),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/annuler/",
        organisations.revoke,
        name="partner-revoke",
    ),
    path("organisations/<uuid:pk>/membres/<int:member>/role/", organisations.role, name="partner-role"),
    path(
        "organisations/<uuid:pk>/membres/<int:member>/retirer/", organisations.remove, name="partner-remove"
    ),
    path("organisations/<uuid:pk>/quitter/", organisations.leave, name="partner-leave"),
    path("mes-donnees/", own_data.own_data, name="partner-own-data"),
    path("mes-donnees/telecharger/", own_data.download, name="partner-own-data-download"),
    path("mes-donnees/effacer/", own_data.erase_own, name="partner-own-data-erase"),
    path("mes-donnees/effacees/", own_data.own_data_erased, name="partner-own-data-erased"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
]
