"""Staff see sources, runs, issues and records; traces cannot be altered."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from imports.models import ImportIssue, ImportRun, Source, SourceRecord
from imports.pipeline.run import run_import
from tests.imports.test_samples import SAMPLES, file_of

pytestmark = pytest.mark.usefixtures("communes")


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    client.force_login(get_user_model().objects.create_superuser("chef", "chef@exemple.fr", "secret"))
    return client


@pytest.fixture
def applied(source: Source) -> Source:
    broken = next(folder for folder in SAMPLES if folder.name == "broken-lines")
    run_import(file_of(broken), source, apply=True)
    return source


@pytest.mark.parametrize("model", ["source", "importrun", "importissue", "sourcerecord"])
def test_lists_show_and_filter(staff: Client, applied: Source, model: str) -> None:
    answer = staff.get(reverse(f"admin:imports_{model}_changelist"), {"q": "a"})

    assert answer.status_code == 200


@pytest.mark.parametrize("model", [ImportRun, ImportIssue, SourceRecord])
def test_traces_are_read_only(staff: Client, applied: Source, model: Any) -> None:
    row = model.objects.first()
    name = model._meta.model_name

    assert staff.get(reverse(f"admin:imports_{name}_change", args=[row.pk])).status_code == 200
    assert staff.get(reverse(f"admin:imports_{name}_add")).status_code == 403
    assert (
        staff.post(reverse(f"admin:imports_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_source_set_up_anew_is_read_whole_again(staff: Client, source: Source) -> None:
    Source.objects.update(etag='"un"', last_modified="hier")
    form = {
        "name": "essai",
        "title": "Autre titre",
        "licence": "",
        "new_status": "draft",
        "new_kinds": "third_place",
    }

    answer = staff.post(reverse("admin:imports_source_change", args=[source.pk]), form)

    assert answer.status_code == 302
    source.refresh_from_db()
    assert (source.title, source.new_status, source.new_kinds) == ("Autre titre", "draft", ["third_place"])
    assert (source.etag, source.last_modified) == ("", "")
