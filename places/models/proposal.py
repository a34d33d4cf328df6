"""The one queue of proposals (docs/proposals.md): what was proposed, and what was said about it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from places import enums
from places.enums import ProposalKind, ProposalStatus
from places.models.base import known_code
from places.models.organisation import ApiKey, Organisation
from places.models.target import Targeted
from places.querysets import ProposalQuerySet

_NEW = [ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT]
_DECIDED = list(enums.DECIDED_STATUSES)


class Proposal(Targeted):
    """A suggested change, waiting for a decision or decided.

    `fields` are the proposed values by field name, in the JSON forms of `places/proposals/values.py`; `base` are the
    values that these fields had when it was proposed, so that a record changed meanwhile shows three values. A new
    record has no target until it is accepted. The author's address and words are private: only the author, by the
    secret link, and moderators read them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("genre", max_length=20, choices=ProposalKind.choices)
    status = models.CharField(
        "état", max_length=16, choices=ProposalStatus.choices, default=ProposalStatus.UNVERIFIED
    )
    origin = models.CharField("voie", max_length=10, choices=enums.ProposalOrigin.choices)
    topic = models.CharField("objet", max_length=12, choices=enums.ReportTopic.choices, blank=True)
    # The record that a merge would close; `place` is the one that stays.
    duplicate = models.ForeignKey(
        "places.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="doublon",
    )
    fields: Any = models.JSONField("valeurs proposées", default=dict)
    base: Any = models.JSONField("valeurs d'alors", default=dict)
    base_version = models.PositiveIntegerField("version d'alors", null=True, blank=True)
    comment = models.TextField("message", max_length=2000, blank=True)

    # Who proposes: at least an address, an account, a key or a program; nobody for a report (docs/adr/015).
    email = models.EmailField("courriel de l'auteur", blank=True)
    # Given after a report that came without one. It gets nothing but a code; once that is entered it moves to `email`.
    email_to_verify = models.EmailField("courriel à vérifier", blank=True, editable=False)
    author_name = models.CharField("nom de l'auteur", max_length=150, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="compte",
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="organisation",
    )
    api_key = models.ForeignKey(
        ApiKey,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="clé d'API",
    )
    language = models.CharField("langue", max_length=5, default="fr")
    # The network, truncated (/24, /48), for abuse only; erased with the rest.
    network = models.CharField("réseau", max_length=43, blank=True)
    # One open proposal for one line of one source: `import:<source>:<id>:<kind>`; for one error of one record:
    # `report:<id>:<topic>`.
    key = models.CharField("clé", max_length=300, blank=True)

    # SHA-256 of the follow-up link's secret; HMAC of the code sent by e-mail.
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    code_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    verified_at = models.DateTimeField("adresse vérifiée le", null=True, blank=True)

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="suivie par",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidée par",
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.TextField("motif donné à l'auteur", max_length=2000, blank=True)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    # When what tells a person was erased (docs/privacy.md).
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        ordering = ["created_at", "pk"]
        constraints = [
            Targeted.one_target_at_most(name="proposal_one_target"),
            known_code("kind", ProposalKind, name="proposal_kind_known"),
            known_code("status", ProposalStatus, name="proposal_status_known"),
            known_code("origin", enums.ProposalOrigin, name="proposal_origin_known"),
            known_code("topic", enums.ReportTopic, name="proposal_topic_known", or_blank=True),
            models.CheckConstraint(
                name="proposal_target_by_kind",
                condition=Q(kind__in=_NEW) | Q(place__isnull=False) | Q(wifi_point__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_merge_has_two",
                condition=(Q(kind=ProposalKind.MERGE, place__isnull=False, duplicate__isnull=False))
                | (~Q(kind=ProposalKind.MERGE) & Q(duplicate__isnull=True)),
            ),
            models.CheckConstraint(
                name="proposal_merge_of_two",
                condition=Q(duplicate__isnull=True) | ~Q(place=models.F("duplicate")),
            ),
            models.CheckConstraint(
                name="proposal_report_has_topic",
                condition=Q(kind=ProposalKind.REPORT) ^ Q(topic=""),
            ),
            models.CheckConstraint(
                name="proposal_decided_has_date",
                condition=Q(status__in=_DECIDED, decided_at__isnull=False)
                | (~Q(status__in=_DECIDED) & Q(decided_at__isnull=True)),
            ),
            # Forgetting empties what is known of the author, after the decision. Reports may have none.
            models.CheckConstraint(
                name="proposal_has_author",
                condition=~Q(email="")
                | Q(user__isnull=False)
                | Q(api_key__isnull=False)
                | Q(organisation__isnull=False)
                | Q(origin__in=["import", "freshness", "staff"])
                | Q(kind=ProposalKind.REPORT)
                | Q(forgotten_at__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_one_address",
                condition=Q(email_to_verify="") | Q(kind=ProposalKind.REPORT, email=""),
            ),
            models.UniqueConstraint(
                name="proposal_key_once",
                fields=["key"],
                condition=~Q(key="") & Q(status__in=list(enums.OPEN_STATUSES)),
            ),
            models.UniqueConstraint(
                name="proposal_secret_once", fields=["secret_hash"], condition=~Q(secret_hash="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                name="proposal_open",
                condition=Q(status__in=list(enums.OPEN_STATUSES)),
            ),
            models.Index(fields=["status", "created_at"], name="proposal_status"),
            models.Index(fields=["email"], name="proposal_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.title}"

    @property
    def title(self) -> str:
        """The name of the record, or the proposed one."""
        return str(self.target) if self.target else str(self.fields.get("name", ""))

    @property
    def is_open(self) -> bool:
        return self.status in enums.OPEN_STATUSES


class ProposalMessage(models.Model):
    """What moderator and author wrote to each other; `is_internal` ones stay among moderators.

    `is_repeat`: somebody else reported the same. Internal, so that no author reads what another one wrote.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="messages", verbose_name="proposition"
    )
    # Empty: the author of the proposal.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="de",
    )
    is_from_author = models.BooleanField(default=False)
    is_internal = models.BooleanField("note interne", default=False)
    is_repeat = models.BooleanField("signalé de nouveau", default=False, editable=False)
    text = models.TextField("texte", max_length=2000)
    created_at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "message"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="message_author_writes_openly",
                condition=Q(is_from_author=False) | Q(is_internal=False, user__isnull=True),
            ),
            models.CheckConstraint(
                name="message_repeat_is_internal",
                condition=Q(is_repeat=False) | Q(is_internal=True, user__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
