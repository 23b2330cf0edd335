"""`huiqi manage make_key USER --name … --scope matches:read`: make a key for the programming interface."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from huiqi.keys.actions import LONGEST, Wish, make_key
from huiqi.keys.queries import possible_owners
from huiqi.keys.scopes import KeyScope


class Command(BaseCommand):
    help = "Make a key for the programming interface and print its secret, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="Whose key it is: it may do what this person may.")
        parser.add_argument("--name", required=True, help="What it is for.")
        parser.add_argument("--scope", action="append", default=[], choices=[str(s) for s in KeyScope])
        parser.add_argument("--role", default="", help="As which role, where the person has several.")
        parser.add_argument("--region", default="", help="Narrows the region of the role: 2, 4 or 6 digits.")
        parser.add_argument(
            "--until", type=date.fromisoformat, help="Its last day; a year from now by default."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        owners = possible_owners(on=now.date()).filter(user__username=options["user"])
        if options["role"]:
            owners = owners.filter(role=options["role"])
        membership = owners.first()
        if membership is None:
            raise CommandError(f"{options['user']} has no such role today")
        wish = Wish(
            name=options["name"],
            scopes=options["scope"],
            region=options["region"] or membership.region,
            expires_on=options["until"] or now.date() + LONGEST - timedelta(days=1),
        )
        made = make_key(wish, membership=membership, by="system", on=now.date(), at=now)
        if made.key is None:
            raise CommandError("; ".join(f"{name}: {said.en}" for name, said in made.problems.items()))
        self.stdout.write(
            f"{made.key} for {options['user']} as {membership.role}, until {made.key.expires_on}"
        )
        self.stdout.write(made.secret)
