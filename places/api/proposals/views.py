"""The addresses under /api/v1/proposals."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mapservice.api import readers
from mapservice.api.bodies import read_object
from mapservice.api.parameters import Parameter
from mapservice.api.problems import Problem
from mapservice.clients import client_address
from places.api.proposals.base import Operation, ProposalsView, answered, secret_sent
from places.api.proposals.inputs import MAX_COMMENT, Sent, read_members, read_sent
from places.api.proposals.openapi import SENT_SCHEMA, compose
from places.api.proposals.outputs import (
    CHECKED_SCHEMA,
    CREATED_SCHEMA,
    LIST_SCHEMA,
    PROPOSAL_SCHEMA,
    key_of,
    proposal_json,
)
from places.enums import ProposalOrigin
from places.models import ApiKey, Proposal
from places.proposals import follow, verify
from places.proposals.intake import checked_values
from places.proposals.submit import Author, Submitted, submit

PAGE = 50
_TEXT_BODY = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "maxLength": MAX_COMMENT}},
    "additionalProperties": False,
}


def read_back(pk: UUID) -> HttpResponse:
    proposal = Proposal.objects.with_records().prefetch_related("messages", "decisions").get(pk=pk)
    return answered(proposal_json(proposal))


class Proposals(ProposalsView):
    operations: ClassVar = {
        "GET": Operation(
            "follow",
            gettext_noop("Mes propositions"),
            gettext_noop(
                "Celles de la clé et de son organisation, les plus récentes d'abord. « next » mène aux suivantes."
            ),
            answer=LIST_SCHEMA,
        ),
        "POST": Operation(
            "create",
            gettext_noop("Proposer"),
            gettext_noop(
                "Avec une clé, la proposition attend aussitôt un modérateur ; sans clé, elle attend que son auteur "
                "saisisse le code reçu par courriel. Un signalement sans « email » ni « fields » attend aussitôt ; s'il dit "
                "la même chose qu'un autre, il s'y ajoute (« joined »), sans rien en montrer. Une « reference » déjà connue de la clé modifie la proposition "
                "ouverte au lieu d'en créer une autre."
            ),
            body=SENT_SCHEMA,
            answer=CREATED_SCHEMA,
            status=201,
        ),
    }
    parameters: ClassVar = (
        Parameter("after", gettext_noop("La dernière proposition déjà lue."), readers.uuid),
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.api_key is None:
            raise Problem(
                _("La liste se lit avec une clé."), status=401, headers={"WWW-Authenticate": "Bearer"}
            )
        rows = list(self._own(self.api_key)[: PAGE + 1])
        after = f"{request.path}?after={rows[PAGE - 1].pk}" if len(rows) > PAGE else None
        following = request.build_absolute_uri(after) if after else None
        return answered({"proposals": [proposal_json(row) for row in rows[:PAGE]], "next": following})

    def _own(self, key: ApiKey) -> QuerySet[Proposal]:
        mine = Q(api_key=key) | Q(organisation=key.organisation_id, organisation__isnull=False)
        rows = Proposal.objects.with_records().prefetch_related("messages", "decisions").filter(mine)
        last = rows.filter(pk=self.query["after"]).first() if self.query["after"] else None
        if last is not None:
            rows = rows.filter(
                Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
            )
        return rows.order_by("-created_at", "-pk")

    def post(self, request: HttpRequest) -> HttpResponse:
        made = self._submit(read_sent(read_object(request)))
        if made.joined:
            return answered({"proposal": None, "secret": "", "joined": True}, status=201)
        location = request.build_absolute_uri(reverse("api-proposal", args=[made.proposal.pk]))
        shown = Proposal.objects.with_records().get(pk=made.proposal.pk)
        body = {"proposal": proposal_json(shown), "secret": made.secret, "joined": False}
        return answered(body, status=201, headers={"Location": location})

    def _submit(self, sent: Sent) -> Submitted:
        if sent.reference and self.api_key is None:
            raise Problem(_("Une référence demande une clé."), members=_errors("reference"))
        return submit(
            kind=sent.kind,
            origin=ProposalOrigin.API,
            author=self._author(sent),
            target=sent.target,
            fields=dict(sent.fields),
            topic=sent.topic,
            comment=sent.comment,
            key=key_of(self.api_key.pk, sent.reference) if self.api_key else "",
        )

    def _author(self, sent: Sent) -> Author:
        return Author(
            email=sent.email,
            name=sent.name,
            organisation=self.api_key.organisation if self.api_key else None,
            api_key=self.api_key,
            language=sent.language,
            network=client_address(self.request),
        )


def _errors(field: str) -> dict[str, Any]:
    return {"errors": [{"field": field, "sentence": _("Ce champ n'est lu qu'avec une clé.")}]}


class Check(ProposalsView):
    operations: ClassVar = {
        "POST": Operation(
            "create",
            gettext_noop("Vérifier sans proposer"),
            gettext_noop(
                "Le même contrôle que pour une proposition : chaque problème nomme son champ et, pour un code, la "
                "valeur permise la plus proche. Rien n'est écrit."
            ),
            body=SENT_SCHEMA,
            answer=CHECKED_SCHEMA,
        ),
    }

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = read_sent(read_object(request))
        values = checked_values(sent.kind, sent.fields, sent.target, language=sent.language)
        return answered({"fields": values})


class One(ProposalsView):
    operations: ClassVar = {
        "GET": Operation(
            "follow",
            gettext_noop("Suivre une proposition"),
            gettext_noop("Son état, la réponse et les messages des modérateurs."),
            answer=PROPOSAL_SCHEMA,
        ),
        "PATCH": Operation(
            "reply",
            gettext_noop("Compléter une proposition ouverte"),
            gettext_noop("Les champs envoyés s'ajoutent à ceux déjà proposés, ou les remplacent."),
            body={
                "type": "object",
                "properties": {
                    "fields": {"type": "object"},
                    "comment": {"type": "string", "maxLength": MAX_COMMENT},
                },
                "additionalProperties": False,
            },
            answer=PROPOSAL_SCHEMA,
        ),
    }

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return read_back(self.proposal(pk, "follow").pk)

    def patch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = self.proposal(pk, "reply")
        body = read_members(read_object(request), texts={"comment": MAX_COMMENT}, fields=True)
        follow.complete(proposal, fields=body["fields"], comment=body["comment"])
        return read_back(pk)


class Withdraw(ProposalsView):
    operations: ClassVar = {
        "POST": Operation(
            "withdraw",
            gettext_noop("Retirer une proposition"),
            gettext_noop("Tant qu'elle n'est pas décidée. La retirer deux fois ne change rien."),
            answer=PROPOSAL_SCHEMA,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = self.proposal(pk, "withdraw")
        read_members(read_object(request), texts={})
        follow.withdraw(proposal)
        return read_back(pk)


class Reply(ProposalsView):
    operations: ClassVar = {
        "POST": Operation(
            "reply",
            gettext_noop("Répondre à une question"),
            gettext_noop("La proposition revient dans la file des modérateurs."),
            body=_TEXT_BODY,
            answer=PROPOSAL_SCHEMA,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = self.proposal(pk, "reply")
        text = read_members(read_object(request), texts={"text": MAX_COMMENT})["text"]
        if not text:
            raise Problem(_("Écrivez la réponse dans « text »."), members=_missing("text"))
        follow.reply(proposal, text)
        return read_back(pk)


def _missing(field: str) -> dict[str, Any]:
    return {"errors": [{"field": field, "sentence": _("Ce champ est nécessaire.")}]}


class Verify(ProposalsView):
    operations: ClassVar = {
        "POST": Operation(
            "follow",
            gettext_noop("Montrer que l'adresse est la sienne"),
            gettext_noop("Le code à six chiffres reçu par courriel ; cinq essais."),
            body={
                "type": "object",
                "required": ["code"],
                "properties": {"code": {"type": "string", "pattern": "^[0-9 ]{6,11}$"}},
                "additionalProperties": False,
            },
            answer=PROPOSAL_SCHEMA,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = self.proposal(pk, "follow")
        code = read_members(read_object(request), texts={"code": 20})["code"]
        if not verify.verify_code(proposal, code):
            raise Problem(
                _("Ce code ne convient pas, ou ne convient plus : demandez-en un nouveau."), status=403
            )
        return read_back(pk)


class NewCode(ProposalsView):
    operations: ClassVar = {
        "POST": Operation(
            "follow",
            gettext_noop("Demander un nouveau code"),
            gettext_noop("Il part à l'adresse de la proposition ; le précédent ne sert plus."),
            answer=PROPOSAL_SCHEMA,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = self.proposal(pk, "follow")
        read_members(read_object(request), texts={})
        verify.send_code_again(proposal, secret=secret_sent(request))
        return read_back(pk)


class OpenApi(ProposalsView):
    operations: ClassVar = {
        "GET": Operation("create", gettext_noop("Ce document"), gettext_noop("La description OpenAPI."))
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        # By name, when somebody asks: the list of addresses itself names this view.
        below = get_resolver("places.api.proposals.urls").url_patterns
        server = request.build_absolute_uri(request.path).rpartition("/proposals/")[0]
        return answered(compose(Proposals, below, server=server, title=settings.SITE_NAME))
