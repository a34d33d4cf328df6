"""Where data comes from, each reading of it, what was wrong, and what was received."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from places.enums import PlaceKind, Status


def default_kinds() -> list[str]:
    return [PlaceKind.CONNECTED_SPACE.value]


class NewStatus(models.TextChoices):
    """What becomes of a place that a source brings for the first time."""

    PUBLISHED = Status.PUBLISHED.value, "publié aussitôt"
    DRAFT = Status.DRAFT.value, "brouillon, à relire"


class Source(models.Model):
    """A body that gives files, known by a short name: `import_source FILE --source NAME`."""

    name = models.SlugField("nom court", max_length=60, unique=True)
    title = models.CharField("titre", max_length=200, help_text="Montré comme source des fiches.")
    licence = models.CharField("licence", max_length=100, blank=True)
    new_status = models.CharField(
        "statut des nouveaux lieux",
        max_length=10,
        choices=NewStatus.choices,
        default=NewStatus.PUBLISHED,
        help_text="Un lieu qui ressemble à un autre est toujours créé en brouillon.",
    )
    new_kinds = ArrayField(
        models.CharField(max_length=30, choices=PlaceKind.choices),
        default=default_kinds,
        verbose_name="genres des nouveaux lieux",
        help_text="« connected_space », « third_place » ; la typologie nationale peut en ajouter.",
    )
    # What the server said when the last applied file was fetched, so that an unmoved file costs one question.
    fetched_url = models.CharField("adresse lue", max_length=2000, blank=True, editable=False)
    etag = models.CharField(max_length=500, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "source"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="source_new_status_known", condition=Q(new_status__in=NewStatus.values)
            ),
            models.CheckConstraint(
                name="source_new_kinds_known",
                condition=Q(new_kinds__contained_by=list(PlaceKind.values), new_kinds__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RunState(models.TextChoices):
    RUNNING = "running", "en cours"
    FINISHED = "finished", "terminé"
    REFUSED = "refused", "arrêté par le frein"
    FAILED = "failed", "en échec"
    INTERRUPTED = "interrupted", "interrompu"


class ImportRun(models.Model):
    """One reading of a file, tried or applied. `read` = `created` + `changed` + `unchanged` + `refused`."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs", verbose_name="source")
    file_name = models.CharField("fichier", max_length=500)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    started_at = models.DateTimeField("début", auto_now_add=True)
    ended_at = models.DateTimeField("fin", null=True, blank=True)
    is_trial = models.BooleanField("essai à blanc", default=True, help_text="Rien n'a été écrit.")
    state = models.CharField("état", max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    notice = models.CharField("remarque", max_length=500, blank=True)
    read = models.PositiveIntegerField("lignes lues", default=0)
    created = models.PositiveIntegerField("créés", default=0)
    changed = models.PositiveIntegerField("modifiés", default=0)
    unchanged = models.PositiveIntegerField("inchangés", default=0)
    proposed = models.PositiveIntegerField("gardés contre la source", default=0)
    refused = models.PositiveIntegerField("refusés", default=0)
    vanished = models.PositiveIntegerField("disparus de la source", default=0)

    class Meta:
        verbose_name = "import"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(
                name="run_counts_add_up",
                condition=Q(read=F("created") + F("changed") + F("unchanged") + F("refused")),
            ),
            models.CheckConstraint(
                name="run_ended_unless_running",
                condition=Q(state=RunState.RUNNING, ended_at__isnull=True)
                | (~Q(state=RunState.RUNNING) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} · {self.file_name} · {self.started_at:%d/%m/%Y %H:%M}"


class IssueLevel(models.TextChoices):
    ERROR = "error", "erreur"
    WARNING = "warning", "avertissement"
    INFO = "info", "information"


class ImportIssue(models.Model):
    """Something to know about a line of a file; without a line, about the file or a record that left it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="issues", verbose_name="import")
    line = models.PositiveIntegerField("ligne", null=True, blank=True)
    level = models.CharField("niveau", max_length=8, choices=IssueLevel.choices)
    code = models.CharField("code", max_length=40)
    field = models.CharField("champ", max_length=60, blank=True)
    value = models.CharField("valeur", max_length=200, blank=True)
    external_id = models.CharField("identifiant dans la source", max_length=200, blank=True)
    message = models.CharField("message", max_length=1000)

    class Meta:
        verbose_name = "anomalie"
        ordering = ["run", F("line").asc(nulls_first=True), "pk"]
        indexes = [models.Index(fields=["run", "code"], name="issue_run_code")]
        constraints = [
            models.CheckConstraint(name="issue_level_known", condition=Q(level__in=IssueLevel.values)),
        ]

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.message}" if self.line else self.message


class SourceRecord(models.Model):
    """What a source last said of one place.

    `received` are the cleaned values, by field of the place: a field whose live value differs from it was set by a
    person, and no import writes over it. `raw` are the cells as received, mapped columns only, so that columns
    that name persons are never stored.
    """

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="records", verbose_name="source"
    )
    external_id = models.CharField("identifiant dans la source", max_length=200)
    # Empty once a person deleted the draft that this record had made: it is not made again.
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="source_records",
        verbose_name="lieu",
    )
    received: Any = models.JSONField("valeurs reçues", default=dict)
    raw: Any = models.JSONField("cellules reçues", default=dict)
    first_seen = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="+", verbose_name="vu d'abord"
    )
    last_seen = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="+", verbose_name="vu en dernier"
    )
    vanished_on = models.DateField("absent de la source depuis", null=True, blank=True)

    class Meta:
        verbose_name = "fiche source"
        verbose_name_plural = "fiches sources"
        ordering = ["source", "external_id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="source_record_unique_id"),
            models.CheckConstraint(name="source_record_has_id", condition=~Q(external_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.external_id}"
