"""A planner, signed in."""

import pytest
from django.test import Client

from mapservice.accounts.permissions import Role
from tests.mobile_units.planning_api.client import client_of


@pytest.fixture
def planner() -> Client:
    return client_of(Role.PLANNER)
