"""Single codes are held by the database like lists of codes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mobile_units", "0003_planning"),
        ("places", "0004_known_codes"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_origin__in",
                        ["surveyed", "placed", "source", "geocoded", "town_hall", "unknown"],
                    )
                ),
                name="stop_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_precision__in",
                        ["house_number", "street", "locality", "municipality", "unknown"],
                    )
                ),
                name="stop_precision_known",
            ),
        ),
    ]
