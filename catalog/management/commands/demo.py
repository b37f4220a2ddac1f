import secrets
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand

from catalog import environment
from catalog.demo.layouts import write_layouts
from catalog.demo.write import write_demo
from catalog.models import Dataset
from plates.models import Plate, Store

SLUG = "demo"
USER = "demo"


class Command(BaseCommand):
    """Write the sample plates and harvest them as any user's."""

    help = "Write sample plates below the data folder, harvest them, and say where to look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="Where the web answers.")
        parser.add_argument("--only-write", action="store_true", help="Write and harvest nothing.")

    def handle(self, *, url: str, only_write: bool, **_: object) -> None:
        """Write, harvest, and tell."""
        data = Path(environment.text("PLATECAT_DATA")).resolve()
        write_demo(data / "demo")
        if only_write:
            return
        self.harvest(data / "demo")
        self.import_plate_maps(data / "demo")
        password = password_of_demo(data / "demo-password")
        self.stdout.write(told(url, password))

    def harvest(self, folder: Path) -> None:
        """Harvest the sample plates with the ordinary command."""
        try:
            call_command(
                "harvest",
                str(folder),
                dataset=SLUG,
                public=True,
                wait=True,
                stdout=self.stdout,
                stderr=self.stderr,
            )
        except SystemExit as ended:
            self.stdout.write(f"Some of the sample plates were not harvested ({ended.code}).")
        Dataset.objects.filter(slug=SLUG, title=SLUG).update(
            title="Sample plates", summary=SUMMARY, licence="CC0-1.0"
        )

    def import_plate_maps(self, folder: Path) -> None:
        """Say what is in the wells of the sample plates with the ordinary command."""
        for layout in write_layouts(folder):
            try:
                call_command("platemap", str(layout), dataset=SLUG, stdout=StringIO())
            except SystemExit as ended:
                self.stdout.write(f"Some rows of {layout.name} were not matched ({ended.code}).")
            else:
                self.stdout.write(f"imported   {layout}")


SUMMARY = (
    "Synthetic plates that come with Platecat: a dose response on 96 wells, a 384-well screen, a "
    "plate with faults that facilities really see, and one tissue section."
)


def password_of_demo(file: Path) -> str:
    """The password of the superuser `demo`, who is made if need be; kept in a file only we read."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12) + "\n", encoding="ascii")
    password = file.read_text(encoding="ascii").strip()
    user, _ = User.objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True}
    )
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    return password


def told(url: str, password: str) -> str:
    """Three addresses worth opening and a line for the shell."""
    plate = Plate.objects.filter(stores__verdict="valid").order_by("serial").first()
    store = Store.objects.exclude(plate=None).order_by("serial").first()
    wells = f"{url}/api/v1/plates/{plate.id}/wells/" if plate else f"{url}/api/v1/plates/"
    fields = f"{url}/api/v1/stores/{store.id}/fields/?limit=1" if store else f"{url}/api/v1/stores/"
    return "\n".join(
        (
            "",
            f"  {url}/              what is here",
            f"  {url}/api/v1/docs/  the REST API, to try out",
            f"  {url}/admin/        the desk: user {USER}, password {password}",
            "",
            f"  curl '{wells}'",
            f"  curl '{fields}'",
            "",
        )
    )
