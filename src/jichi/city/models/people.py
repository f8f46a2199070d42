"""People, the accounts they sign in with, and the dated grants that give them roles."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from jichi.manifest import Role


class Person(models.Model):
    """Somebody who acts for the city or for a group; apart from the account, which may be closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts with a normalised mail address; there is no "superuser", only grants."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A way to sign in. What its holder may do comes only from the grants of the person behind it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="city_account_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def held_roles(self) -> frozenset[Role]:
        """The roles held today, by whatever reach."""
        if not self.is_active or self.person_id is None:
            return frozenset()
        today = timezone.localdate()
        rows = Grant.objects.in_force(today).filter(person_id=self.person_id)
        return frozenset(Role(role) for role in rows.values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: only for administrators."""
        return Role.ADMINISTRATOR in self.held_roles()

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """The admin's question. It is read-only, so only viewing is ever granted."""
        return ".view_" in perm and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by the day they hold."""

    def in_force(self, on: datetime.date) -> GrantQuerySet:
        """Those that hold on ``on`` (first and last day included) and were not withdrawn."""
        return self.filter(valid_from__lte=on, withdrawal__isnull=True).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )


class Grant(models.Model):
    """A role given to a person from one day to another, for the city, a department or one object."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="grants"
    )
    object_type = models.CharField(max_length=60, blank=True, default="")
    object_id = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="city_grant_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(object_type="", object_id="") | (~Q(object_type="") & ~Q(object_id="")),
                name="city_grant_object_whole",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["officer", "section_head", "bureau_head"])
                | Q(department__isnull=False),
                name="city_grant_officer_has_department",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["anyone", "account_holder"]), name="city_grant_real_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.valid_from}–{self.valid_to or ''}"
