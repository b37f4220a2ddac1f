from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class BitsField(models.Field[str | None, str | None]):
    """As many bits as a carrier has positions, read and written as text of 0 and 1."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:
        """Postgres's bits of any length."""
        return "bit varying"
