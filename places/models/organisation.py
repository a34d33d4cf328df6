"""Partners: organisations, their members, and the records they look after."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from places.enums import ApiScope, MemberRole
from places.models.base import choices_array, known_code, known_codes
from places.models.target import Targeted
from places.validators import validate_siret


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Organisation(models.Model):
    """A town hall, an association, a library… that looks after records. Its members act in its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    # Its changes to the fields of PARTNER_DIRECT_FIELDS need no decision.
    is_trusted = models.BooleanField(
        "partenaire de confiance",
        default=False,
        help_text="Ses changements d'horaires, de fermetures et de contacts s'appliquent aussitôt.",
    )
    is_active = models.BooleanField("active", default=True)
    is_demo = models.BooleanField("donnée de démonstration", default=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="places.Membership", related_name="organisations"
    )

    class Meta:
        verbose_name = "organisation"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(name="organisation_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(
                name="organisation_siret_form", condition=Q(siret="") | Q(siret__regex=r"^\d{14}$")
            ),
            models.UniqueConstraint(name="organisation_siret_once", fields=["siret"], condition=~Q(siret="")),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Membership(models.Model):
    """Owners invite and remove members; editors write. The services keep at least one owner."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name="organisation"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name="compte"
    )
    role = models.CharField("rôle", max_length=10, choices=MemberRole.choices, default=MemberRole.EDITOR)
    since = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "membre"
        ordering = ["organisation", "since", "pk"]
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["organisation", "user"]),
            known_code("role", MemberRole, name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class Invitation(models.Model):
    """A secret link sent by e-mail. Only its SHA-256 is kept; it serves once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name="organisation"
    )
    email = models.EmailField("courriel")
    role = models.CharField("rôle", max_length=10, choices=MemberRole.choices, default=MemberRole.EDITOR)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="invité par",
    )
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu'au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at", "pk"]
        constraints = [
            known_code("role", MemberRole, name="invitation_role_known"),
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                name="invitation_pending_once",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_ends_one_way",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.organisation}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Stewardship(Targeted):
    """An organisation looks after a record; several may share one."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="stewardships", verbose_name="organisation"
    )
    since = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "gestion"
        ordering = ["organisation", "since", "pk"]
        constraints = [
            Targeted.one_target(name="stewardship_one_target"),
            models.UniqueConstraint(
                name="stewardship_place_once",
                fields=["organisation", "place"],
                condition=Q(place__isnull=False),
            ),
            models.UniqueConstraint(
                name="stewardship_wifi_once",
                fields=["organisation", "wifi_point"],
                condition=Q(wifi_point__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} : {self.target}"


class ApiKey(models.Model):
    """A program's key. Only its SHA-256 is kept (256 random bits need no slow hash); `prefix` names it to people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=100, help_text="À quoi elle sert : « Site de la mairie ».")
    prefix = models.CharField("début de la clé", max_length=12, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = choices_array(ApiScope, "droits")
    # A partner's key proposes in the name of its organisation; without one, it is a key of the State.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name="organisation",
    )
    rate_per_minute = models.PositiveIntegerField("requêtes par minute", default=60)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="créée par",
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    # Written at most once a minute.
    last_used_at = models.DateTimeField("dernier usage", null=True, blank=True)

    class Meta:
        verbose_name = "clé d'API"
        verbose_name_plural = "clés d'API"
        ordering = ["-created_at", "pk"]
        constraints = [
            known_codes("scopes", ApiScope, name="api_key_scopes_known"),
            models.CheckConstraint(name="api_key_has_scope", condition=Q(scopes__len__gte=1)),
            models.CheckConstraint(name="api_key_rate_positive", condition=Q(rate_per_minute__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
