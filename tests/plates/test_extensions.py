import pytest
from django.core.management.base import CommandError
from django.db import connection

from plates.extensions import EXTENSIONS, make_extensions

pytestmark = pytest.mark.django_db


def there() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        return {name for (name,) in cursor}


def test_what_is_missing_is_made() -> None:
    assert set(EXTENSIONS) <= there()
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    make_extensions(using="default")
    assert set(EXTENSIONS) <= there()


def test_who_may_not_make_it_is_told_what_to_do() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("CREATE ROLE without_rights")
        cursor.execute("SET LOCAL ROLE without_rights")
    with pytest.raises(CommandError, match="run `CREATE EXTENSION pg_trgm;`"):
        make_extensions(using="default")
