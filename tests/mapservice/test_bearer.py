import pytest
from django.test import RequestFactory

from mapservice.api.bearer import bearer_of


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer mck_abc", "mck_abc"),
        ("bearer mck_abc", "mck_abc"),
        ("BEARER   mck_abc ", "mck_abc"),
        ("Bearer", ""),
        ("Bearermck_abc", ""),
        ("Basic mck_abc", ""),
        ("", ""),
    ],
)
def test_secret_is_read_whatever_the_case_of_its_scheme(header: str, secret: str) -> None:
    assert bearer_of(RequestFactory().get("/", HTTP_AUTHORIZATION=header)) == secret


def test_no_header_shows_nothing() -> None:
    assert bearer_of(RequestFactory().get("/")) == ""
