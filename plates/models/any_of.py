"""A lookup of one of many numbers: `scope__any=[...]`, or `scope__any=array_of([...])`.

Django looks at each number of a list; an array that is asked for again and again is written once.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.lookups import In

from plates.arrays import array_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


@models.IntegerField.register_lookup
class AnyOf(In):
    """As `in`, but with the numbers as one array: no statement grows with their count."""

    lookup_name = "any"

    def get_prep_lookup(self) -> str:
        """The numbers as one array."""
        return self.rhs if isinstance(self.rhs, str) else array_of(self.rhs)

    def as_sql(self, compiler: "SQLCompiler", connection: "BaseDatabaseWrapper") -> tuple[str, Any]:
        """The comparison."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::integer[])", [*parameters, self.rhs]
