"""The sentences moderators start with; they edit them afterwards, and a sentence they removed does not come back."""

from typing import Any

from django.db import migrations

REASONS = [
    (
        "refusal",
        "Déjà sur la carte",
        (
            "Ce lieu est déjà sur la carte, sous un autre nom ou à une autre adresse. "
            "Si la fiche existante contient une erreur, vous pouvez la corriger depuis sa page."
        ),
    ),
    (
        "refusal",
        "Hors du sujet de la carte",
        (
            "La carte présente les lieux ouverts au public où l'on peut se connecter ou se faire aider avec le numérique. "
            "D'après votre description, ce lieu n'en propose pas."
        ),
    ),
    (
        "refusal",
        "Pas confirmé par le lieu",
        "Nous avons interrogé le lieu, qui n'a pas confirmé ce changement.",
    ),
    (
        "refusal",
        "Informations insuffisantes",
        (
            "Sans adresse précise ni moyen de joindre le lieu, nous n'avons pas pu vérifier votre proposition. "
            "N'hésitez pas à en déposer une nouvelle avec ces précisions."
        ),
    ),
    (
        "refusal",
        "Photo inadaptée",
        "La photo ne peut pas être publiée : elle montre des personnes reconnaissables, ou ne montre pas le lieu.",
    ),
    (
        "question",
        "Quels horaires ?",
        "Pouvez-vous nous préciser les jours et les heures d'ouverture au public ?",
    ),
    (
        "question",
        "Où exactement ?",
        "Pouvez-vous nous préciser l'adresse : numéro, rue, et si besoin l'entrée à utiliser ?",
    ),
    (
        "question",
        "Quel lien avec le lieu ?",
        "Pouvez-vous nous dire quel est votre lien avec ce lieu, et comment le joindre pour vérifier ?",
    ),
]


def add_reasons(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("places", "CannedReason")
    model.objects.bulk_create(
        model(use=use, label=label, text=text, rank=10 * rank)
        for rank, (use, label, text) in enumerate(REASONS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("places", "0005_proposals")]
    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
