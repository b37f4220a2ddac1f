"""Adding up what imports and harvests wrote down of how many subjects have each term."""

from django.db import connection, transaction

from plates.services import term_counts


@transaction.atomic
def fold_term_counts() -> int:
    """Make one row of several that count the same; rows written. Safe beside imports and itself."""
    with connection.cursor() as cursor:
        return term_counts.fold_term_counts(cursor)
