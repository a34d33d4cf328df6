"""The post: outgoing mails, daily runs, signs of workers; and what rings the worker's bell (mapservice/post/bell.py)."""

import django.db.models.functions.datetime
import mapservice.post.models
import uuid
from django.db import migrations, models


# At the commit of what was queued, every worker that listens is called; calls of one transaction are told once.
FUNCTION = """
CREATE FUNCTION public.mapservice_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_notify('mapservice_work', '');
    RETURN NULL;
END $$;
"""
# A mail that is put off rings nothing: workers know when to look again.
TRIGGERS = """
CREATE TRIGGER mapservice_ring AFTER INSERT ON mapservice_outgoingmail
    FOR EACH STATEMENT EXECUTE FUNCTION public.mapservice_ring();
CREATE TRIGGER mapservice_ring_again AFTER UPDATE OF state, next_attempt_at ON mapservice_outgoingmail
    FOR EACH ROW WHEN (NEW.state = 'waiting' AND NEW.next_attempt_at <= clock_timestamp())
    EXECUTE FUNCTION public.mapservice_ring();
CREATE TRIGGER mapservice_ring AFTER INSERT ON django_tasks_database_dbtaskresult
    FOR EACH STATEMENT EXECUTE FUNCTION public.mapservice_ring();
CREATE TRIGGER mapservice_ring_again AFTER UPDATE OF status ON django_tasks_database_dbtaskresult
    FOR EACH ROW WHEN (NEW.status = 'READY') EXECUTE FUNCTION public.mapservice_ring();
"""
SILENCE = """
DROP TRIGGER mapservice_ring ON mapservice_outgoingmail;
DROP TRIGGER mapservice_ring_again ON mapservice_outgoingmail;
DROP TRIGGER mapservice_ring ON django_tasks_database_dbtaskresult;
DROP TRIGGER mapservice_ring_again ON django_tasks_database_dbtaskresult;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        ("mapservice", "0002_clusters"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkerSign",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BackgroundTask",
            fields=[],
            options={
                "verbose_name": "tâche de fond",
                "verbose_name_plural": "tâches de fond",
                "ordering": ["-enqueued_at"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("django_tasks_database.dbtaskresult",),
        ),
        migrations.CreateModel(
            name="DailyRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="travail")),
                ("day", models.DateField(verbose_name="jour")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "en cours"), ("done", "fait"), ("failed", "en échec")],
                        default="running",
                        max_length=7,
                        verbose_name="état",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=1, verbose_name="tentatives")),
                ("started_at", models.DateTimeField(verbose_name="commencé le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                ("summary", models.CharField(blank=True, max_length=500, verbose_name="résultat")),
            ],
            options={
                "verbose_name": "travail quotidien",
                "verbose_name_plural": "travaux quotidiens",
                "ordering": ["-day", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "day"), name="daily_run_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "done", "failed"])),
                        name="daily_run_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "running"), ("ended_at__isnull", False), _connector="OR"
                        ),
                        name="daily_run_ended_has_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("to", models.CharField(max_length=254, verbose_name="destinataire")),
                ("subject", models.CharField(max_length=200, verbose_name="objet")),
                (
                    "body",
                    models.TextField(
                        blank=True, help_text="Effacé après le délai de conservation.", verbose_name="texte"
                    ),
                ),
                ("template", models.CharField(max_length=100, verbose_name="modèle")),
                ("language", models.CharField(max_length=10, verbose_name="langue")),
                ("about", models.CharField(blank=True, max_length=100, verbose_name="à propos de")),
                ("key", models.CharField(blank=True, max_length=200, verbose_name="clé")),
                (
                    "is_secret",
                    models.BooleanField(
                        default=False,
                        help_text="Code ou lien personnel : part en premier, texte effacé dès l'envoi.",
                        verbose_name="porte un secret",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente"),
                            ("sent", "envoyé"),
                            ("failed", "en échec"),
                            ("cancelled", "abandonné"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tentatives")),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="prochaine tentative",
                    ),
                ),
                ("last_error", models.CharField(blank=True, max_length=500, verbose_name="dernière erreur")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="créé le"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                (
                    "message_id",
                    models.CharField(
                        default=mapservice.post.models.new_message_id,
                        max_length=255,
                        unique=True,
                        verbose_name="Message-ID",
                    ),
                ),
            ],
            options={
                "verbose_name": "courriel",
                "verbose_name_plural": "courriels",
                "ordering": ["-created_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["-is_secret", "next_attempt_at", "id"],
                        name="mail_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["created_at"], name="mail_waiting"
                    ),
                    models.Index(fields=["-created_at", "id"], name="mail_newest"),
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True), fields=["about"], name="mail_about"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("key",), name="mail_key_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "failed", "cancelled"])),
                        name="mail_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="mail_sent_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to__regex", "^[^[:space:][:cntrl:]<>,;@]*@[^[:space:][:cntrl:]<>,;@]+$")
                        ),
                        name="mail_to_one_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject__regex", "^[^[:cntrl:]]+$")),
                        name="mail_subject_one_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), ("state", "waiting"), _negated=True),
                        name="mail_waiting_has_body",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION public.mapservice_ring()"),
        migrations.RunSQL(TRIGGERS, SILENCE),
    ]
