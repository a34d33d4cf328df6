"""Who decides."""

import pytest
from django.contrib.auth.models import User

from tests.factories.proposals import UserFactory


@pytest.fixture
def moderator() -> User:
    return UserFactory(username="marie", first_name="Marie", last_name="Moderatrice", is_staff=True)
