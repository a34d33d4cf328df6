"""Single codes are held by the database like lists of codes, and the form of RNA numbers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_names_as_typed"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_origin__in",
                        ["surveyed", "placed", "source", "geocoded", "town_hall", "unknown"],
                    )
                ),
                name="place_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_precision__in",
                        ["house_number", "street", "locality", "municipality", "unknown"],
                    )
                ),
                name="place_precision_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("rna", ""), ("rna__regex", "^W[0-9A-Z]\\d{8}$"), _connector="OR"),
                name="place_rna_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "host_kind__in",
                        [
                            "library",
                            "town_hall",
                            "france_services",
                            "college",
                            "department_building",
                            "social_centre",
                            "association",
                            "post_office",
                            "youth_centre",
                            "employment_office",
                            "community",
                            "company",
                            "other",
                            "",
                        ],
                    )
                ),
                name="place_host_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "management_mode__in",
                        [
                            "association",
                            "citizens",
                            "public_body",
                            "company",
                            "scic",
                            "scop",
                            "university",
                            "school",
                            "",
                        ],
                    )
                ),
                name="place_management_mode_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "admission__in",
                        ["everyone", "residents", "members", "families_of_pupils", "on_request"],
                    )
                ),
                name="place_admission_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("wheelchair__in", ["yes", "limited", "no", "unknown"])),
                name="place_wheelchair_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="wifipoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_origin__in",
                        ["surveyed", "placed", "source", "geocoded", "town_hall", "unknown"],
                    )
                ),
                name="wifi_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="wifipoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "location_precision__in",
                        ["house_number", "street", "locality", "municipality", "unknown"],
                    )
                ),
                name="wifi_precision_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="wifipoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("access__in", ["open", "portal", "account", "passpoint", ""])),
                name="wifi_access_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="wifipoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("state_origin__in", ["person", "supervision", "source", "unknown"])),
                name="wifi_state_origin_known",
            ),
        ),
    ]
