"""Accounts in the administration: administrators make them, give them a role and switch them off."""

from typing import Any

from allauth.usersessions import admin as _usersessions  # noqa: F401 - registers what is taken away below
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from places.services.audit import record

admin.site.unregister(User)
admin.site.unregister(Group)
# Who was where and when is each one's own to see.
admin.site.unregister(UserSession)

# What decides on what an account may do.
_TELLING = {"groups", "is_active", "is_staff"}


def audit_account(user: User, *, by: Any) -> None:
    """The rights of an account as they are now."""
    roles = sorted(user.groups.values_list("name", flat=True))
    record("account_rights", by=by, about=user, roles=roles, staff=user.is_staff, active=user.is_active)


@admin.register(User)
class StaffUserAdmin(UserAdmin):
    """Rights come from roles alone, and nobody but a superuser can make, see inside or change a superuser."""

    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Personne", {"fields": ("first_name", "last_name")}),
        ("Rôle", {"fields": ("is_active", "is_staff", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "email",
                    "is_staff",
                    "groups",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Who gave whom which role, or switched an account on or off: once the groups are written."""
        super().save_related(request, form, formsets, change)
        moved = set(form.changed_data) & _TELLING if change else _TELLING
        if moved:
            audit_account(form.instance, by=request.user)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002 - Django's
        """Setting somebody's password opens their account: it leaves a trace too."""
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        user = User.objects.filter(pk=id).first()
        if user is not None and user.password != before:
            record("account_password", by=request.user, about=user)  # type: ignore[arg-type]  # staff alone come here
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request)
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the history of the records names its people. Accounts are switched off."""
        return False


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles are shown, not edited: mapservice/accounts/permissions.py says what they may do."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
