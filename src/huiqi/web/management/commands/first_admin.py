"""`huiqi manage first_admin NAME`: open the account of the first administrator and print its password, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.procedures.manage_users import RefusedAccount, give_role, open_account


class Command(BaseCommand):
    help = "Open the account of the first administrator. Later ones are opened on the page of users."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--email", default="")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Membership.objects.filter(role=Role.ADMINISTRATOR, ended_on=None).exists():
            raise CommandError("there is an administrator already, who opens accounts at /users/")
        at = timezone.now()
        try:
            user, password = open_account(options["name"], email=options["email"], by="system", at=at)
        except RefusedAccount as refused:
            raise CommandError(str(refused)) from None
        give_role(
            user, Role.ADMINISTRATOR, party="", authority="", region="",
            from_day=timezone.localdate(at), by="system", at=at,
        )  # fmt: skip
        self.stdout.write(f"user {user.username}\npassword {password}")
