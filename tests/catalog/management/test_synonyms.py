from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from plates.models import Synonym

pytestmark = pytest.mark.django_db


def test_two_columns_are_loaded_as_other_names_of_a_key(tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text("name,means\nHela,HeLa\nU2OS,U-2 OS\n", encoding="utf-8")
    out = StringIO()
    call_command("synonyms", "cell_line", str(table), stdout=out)
    assert "2 names are new, 0 are gone" in out.getvalue()
    assert Synonym.objects.get(text="U2OS").means == "U-2 OS"


@pytest.mark.parametrize(("key", "name"), [("cel_line", "lines.csv"), ("cell_line", "no.csv")])
def test_what_cannot_be_loaded_ends_in_a_sentence(tmp_path: Path, key: str, name: str) -> None:
    (tmp_path / "lines.csv").write_text("name,means\nHela,HeLa\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("synonyms", key, str(tmp_path / name))
    assert refused.value.returncode == 2
    assert not Synonym.objects.exists()
