"""Own venues as a file: checked without writing, proposed on request, downloaded, and sent back unchanged."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from frontend.partners.views import files
from mapservice.models import OutgoingMail
from places.enums import ProposalKind
from places.models import Commune, Membership, Organisation, Place, Proposal
from places.partners.uploads import propose_lines
from tests.factories import CommuneFactory, MembershipFactory, PlaceFactory, StewardshipFactory
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def commune(db: None) -> Commune:
    """Where the new places of the files stand."""
    return CommuneFactory()


def downloaded(client: Client, organisation: Organisation, form: str = "csv") -> bytes:
    response = client.get(reverse(f"partner-{form}", args=[organisation.pk]))
    assert response.status_code == 200
    return bytes(response.content)


def upload(client: Client, content: bytes, name: str = "lieux.csv", **data: Any) -> Any:
    return client.post("/partenaire/fichiers/", {"file": SimpleUploadedFile(name, content), **data})


def table(*lines: str) -> bytes:
    return "\n".join(["id;nom;commune;code_postal;adresse;telephone", *lines]).encode()


NEW = ";Salle des fêtes;Bar-le-Duc;55000;3 rue du Bourg;03 29 45 12 12"


def propose(client: Client, response: Any) -> Any:
    data = {"sealed": response.context["sealed"]}
    return client.post("/partenaire/fichiers/proposer/", data, follow=True)


def test_what_a_file_may_hold_is_said_on_one_line_each(client: Client) -> None:
    said = client.get("/partenaire/fichiers/").content.decode()
    assert "5\u00a0Mo et 2\u202f000 lignes au plus." in said


def test_own_download_sent_back_changes_nothing(client: Client, editor: Membership, place: Place) -> None:
    for form in ("csv", "xlsx"):
        response = upload(client, downloaded(client, editor.organisation, form), f"lieux.{form}")
        assert response.context["counts"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
        assert response.context["sealed"] == ""


def test_download_names_its_file_and_holds_own_published_places_alone(
    client: Client, editor: Membership, place: Place
) -> None:
    PlaceFactory(name="Lieu étranger")
    StewardshipFactory(
        organisation=editor.organisation, place__name="Brouillon secret", place__status="draft"
    )
    Place.objects.filter(pk=place.pk).update(contact_name="Madame Secrète")
    response = client.get(reverse("partner-csv", args=[editor.organisation.pk]))
    assert response["Content-Disposition"].startswith('attachment; filename="lieux-mairie-de-bar-le-duc-')
    text = response.content.decode()
    assert "Médiathèque" in text
    assert all(secret not in text for secret in ("étranger", "Brouillon", "Secrète"))
    book = load_workbook(BytesIO(downloaded(client, editor.organisation, "xlsx")))
    assert book.worksheets[0].max_row == 2


def test_checking_writes_nothing(client: Client, place: Place) -> None:
    response = upload(
        client, table(f"{place.pk};Médiathèque;Bar-le-Duc;55000;1 rue du Bourg;03 29 45 99 99", NEW)
    )
    assert response.status_code == 200
    assert response.context["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    text = text_of(response)
    assert "Proposer ces 2 changements" in text
    assert "Salle des fêtes" in text
    assert not Proposal.objects.exists()


def test_changes_are_read_in_words(client: Client, place: Place) -> None:
    lines = ["id;nom;commune;telephone;horaires"]
    lines.append(f'{place.pk};Médiathèque;Bar-le-Duc;03 29 45 99 99;"Tu 10:00-12:00; PH off"')
    response = upload(client, "\n".join(lines).encode())
    text = text_of(response)
    assert "Mardi : 10 h – 12 h" in text
    assert "03 29 45 99 99" in text
    assert "10:00-12:00" not in text


def test_each_line_makes_a_proposal(client: Client, editor: Membership, place: Place) -> None:
    response = upload(
        client, table(f"{place.pk};Médiathèque;Bar-le-Duc;55000;1 rue du Bourg;03 29 45 99 99", NEW)
    )
    told = propose(client, response)
    assert "2 propositions sont envoyées" in text_of(told)
    change, new = Proposal.objects.order_by("kind")
    assert (change.kind, change.place, change.fields) == ("change", place, {"phone": "+33329459999"})
    assert (new.kind, new.fields["name"], new.fields["insee_code"]) == (
        "new_place",
        "Salle des fêtes",
        "55029",
    )
    assert {one.organisation_id for one in (change, new)} == {editor.organisation.pk}
    assert {one.user_id for one in (change, new)} == {editor.user.pk}
    assert not OutgoingMail.objects.exists()


def test_the_same_file_twice_doubles_nothing(client: Client, place: Place) -> None:
    content = table(f"{place.pk};Médiathèque;Bar-le-Duc;55000;1 rue du Bourg;03 29 45 99 99", NEW)
    for _ in range(2):
        propose(client, upload(client, content))
    assert Proposal.objects.count() == 2


def test_many_lines_go_in_the_background(client: Client, editor: Membership) -> None:
    lines = [
        f";Salle {number};Bar-le-Duc;55000;{number} rue du Bourg;" for number in range(1, files.AT_ONCE + 2)
    ]
    told = propose(client, upload(client, table(*lines)))
    assert told.request["PATH_INFO"] == "/partenaire/fichiers/suivi/"
    assert Proposal.objects.filter(kind=ProposalKind.NEW_PLACE).count() == files.AT_ONCE + 1


def test_task_run_twice_doubles_nothing(editor: Membership, place: Place) -> None:
    lines = [{"line": 2, "place": str(place.pk), "values": {"phone": "+33329459999"}}]
    for _ in range(2):
        outcome = propose_lines.func(editor.user.pk, str(editor.organisation.pk), lines)
        assert outcome == {"sent": 1, "refused": []}
    assert Proposal.objects.count() == 1


def test_task_asks_again_whose_the_place_is(editor: Membership, place: Place) -> None:
    foreign = PlaceFactory()
    lines = [{"line": 2, "place": str(foreign.pk), "values": {"phone": "+33329459999"}}]
    outcome = propose_lines.func(editor.user.pk, str(editor.organisation.pk), lines)
    assert outcome["sent"] == 0
    assert outcome["refused"][0][0] == 2
    editor.delete()
    lines[0]["place"] = str(place.pk)
    assert propose_lines.func(editor.user.pk, str(editor.organisation.pk), lines)["sent"] == 0
    assert not Proposal.objects.exists()


def test_member_who_left_meanwhile_proposes_no_new_place(editor: Membership) -> None:
    lines = [
        {"line": 2, "place": "", "values": {"name": "x", "kinds": ["third_place"], "insee_code": "55029"}}
    ]
    organisation = str(editor.organisation.pk)
    editor.delete()
    assert propose_lines.func(editor.user.pk, organisation, lines)["sent"] == 0
    assert not Proposal.objects.exists()


def test_problem_names_line_column_value_and_nearest_word(client: Client) -> None:
    response = upload(
        client,
        table(f"{NEW};Acces internet et materiel informatik").replace(
            b"telephone\n", b"telephone;services\n"
        ),
    )
    text = text_of(response)
    assert "Ligne 2" in text
    assert "<strong>services</strong> « Acces internet et materiel informatik »" in text
    assert "Vouliez-vous dire « Accès internet et matériel informatique » ?" in text


def test_place_of_another_is_refused_as_one_that_does_not_exist(client: Client) -> None:
    foreign = PlaceFactory()
    unknown = "00000000-0000-4000-8000-000000000000"
    told = [
        text_of(upload(client, table(f"{pk};Volé;Bar-le-Duc;55000;;"))).replace(str(pk), "…")
        for pk in (foreign.pk, unknown)
    ]
    sentences = [text.partition('class="partner-problems"')[2].partition("</ul>")[0] for text in told]
    assert sentences[0] == sentences[1]
    assert "Aucun de vos lieux" in sentences[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04 not a workbook", b"a;b\n1;2\n", b"%PDF-1.7"],
    ids=["empty", "binary", "false-zip", "no-column", "pdf"],
)
def test_what_is_no_table_of_venues_is_said(client: Client, content: bytes) -> None:
    response = upload(client, content)
    assert response.status_code == 422
    assert 'class="ask__errors"' in text_of(response)
    assert response.context["form"].errors["file"]


def test_no_file(client: Client) -> None:
    response = client.post("/partenaire/fichiers/", {})
    assert response.status_code == 422
    assert "Choisissez un fichier." in text_of(response)


@pytest.mark.parametrize("sealed", ["", "x", "x:y:z"])
def test_forged_changes_are_not_believed(client: Client, sealed: str) -> None:
    response = client.post("/partenaire/fichiers/proposer/", {"sealed": sealed}, follow=True)
    assert "envoyez le fichier de nouveau" in text_of(response)
    assert not Proposal.objects.exists()


def test_changes_checked_by_another_are_not_sent(client: Client, place: Place) -> None:
    sealed = upload(client, table(NEW)).context["sealed"]
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    assert stranger.post("/partenaire/fichiers/proposer/", {"sealed": sealed}).status_code == 404
    assert not Proposal.objects.exists()


def test_organisation_is_chosen_among_ones_own(client: Client, editor: Membership) -> None:
    second = MembershipFactory(user=editor.user, organisation__name="Les Amis du livre").organisation
    foreign = MembershipFactory().organisation
    assert "Au nom de" in text_of(client.get("/partenaire/fichiers/"))
    assert upload(client, table(NEW), organisation=str(foreign.pk)).status_code == 404
    assert upload(client, table(NEW), organisation="x").status_code == 404
    propose(client, upload(client, table(NEW), organisation=str(second.pk)))
    assert Proposal.objects.get().organisation == second


def test_formula_in_a_name_is_text(client: Client, editor: Membership, place: Place) -> None:
    Place.objects.filter(pk=place.pk).update(name='=HYPERLINK("http://x")')
    text = downloaded(client, editor.organisation).decode()
    assert "\n=HYPERLINK" not in text
    assert ";=HYPERLINK" not in text
    assert ',"=HYPERLINK' not in text


def test_progress_of_nothing_leads_back(client: Client) -> None:
    assert client.get("/partenaire/fichiers/suivi/")["Location"] == "/partenaire/fichiers/"
