"""The documentation says what is there, and its links lead somewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from catalog import environment
from catalog.checklist.policy import Weight
from catalog.checklist.rules import RULES
from catalog.links.libraries import LIBRARIES
from catalog.links.trying import NAMES as CHECKS
from catalog.links.viewers import VIEWERS
from catalog.links.viewers_page import viewers_page
from catalog.queries.lockouts import FOR_A_NAME, FOR_AN_ADDRESS
from catalog.queries.reconciliation import MEANINGS as GAPS
from catalog.queries.version_tables import TABLES
from catalog.search.fields import FIELDS
from catalog.search.fields_page import fields_page
from catalog.search.language import parse
from catalog.services.linking import Way
from catalog.services.saved_queries import MOST_OF_A_PERSON as MOST_SAVED
from catalog.services.tokens import MOST_OF_A_PERSON as MOST_TOKENS
from catalog.words import (
    Answer,
    ChangeVerb,
    DatasetState,
    Door,
    JobState,
    Moves,
    Pace,
    ProposalKind,
    ProposalState,
    Role,
    ShareKind,
    SignInKind,
    TokenScope,
    Visibility,
)
from plates.differences import FIRST, LONGEST_VALUE, MOST_CHARACTERS, Differences
from plates.omezarr.inventory_forms import forms_table
from plates.omezarr.listed_addresses import LIST_SUFFIXES
from plates.omezarr.options import OPTIONS
from plates.omezarr.rules_page import rules_page
from plates.omezarr.url_list_columns import MAX_REST, columns_table
from plates.platemaps.formats import Format
from plates.platemaps.keys_page import keys_page
from plates.platemaps.mappings import ColumnKind
from plates.platemaps.verdicts import MEANINGS, PLACED
from plates.states import Completion, MatchedBy, PlateMapState, Verdict

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECRETS = {"key", "secret", "token"}


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_word_that_is_stored_is_explained() -> None:
    words = text("docs/reference/words.md")
    assert all(f"| {verdict.value} |" in words for verdict in Verdict)
    assert all(f"| {completion.value} |" in words for completion in Completion)
    for table in (
        JobState,
        Moves,
        ProposalKind,
        ProposalState,
        ChangeVerb,
        DatasetState,
        Weight,
        PlateMapState,
        MatchedBy,
    ):
        assert all(f"`{word.value}`" in words for word in table if word.value)
    for verdict, meaning in MEANINGS.items():
        assert f"| `{verdict.value}` | {meaning} |{' yes' * (verdict in PLACED)} |" in words
    formats = text("docs/reference/plate-map-formats.md")
    assert all(f"`{word.value}`" in formats for table in (Format, ColumnKind) for word in table)
    gaps = text("docs/how-to/reconcile-plates.md")
    assert all(f"| `{gap.value}` | {means} |" in gaps for gap, means in GAPS.items())
    access = text("docs/how-to/give-access.md")
    assert all(f"| `{visibility.value}` |" in access for visibility in Visibility)
    assert all(f"| {role.value} |" in access for role in Role)


def test_every_line_of_the_checklist_and_every_table_of_a_version_is_explained() -> None:
    page = text("docs/how-to/publish-a-dataset.md")
    for rule in RULES:
        assert f"| `{rule.id}` | {rule.sentence} | {rule.weight} |" in page
    for name, holds in TABLES.items():
        assert f"| `{name}` | {holds} |" in page


def test_every_change_and_every_difference_is_explained() -> None:
    page = text("docs/how-to/follow-changes.md")
    assert all(f"| `{verb.value}` |" in page for verb in ChangeVerb)
    assert all(f"`{name}`" in page for name in Differences.__struct_fields__)
    for bound in (FIRST, MOST_CHARACTERS, LONGEST_VALUE):
        assert f"{bound:,}" in page


def test_every_option_of_a_source_is_named() -> None:
    page = text("docs/how-to/read-a-bucket.md")
    for option in OPTIONS:
        assert (f"`{option.name}`" in page) == (option.name not in SECRETS), option.name


def test_every_direct_dependency_has_its_reason() -> None:
    reasons = text("docs/dependencies.md")
    for line in text("requirements/base.in").splitlines():
        if line and not line.startswith("#"):
            name = re.split(r"[\[<>=; ]", line)[0]
            assert re.search(rf"\b{re.escape(name)}\b", reasons), name


def test_the_page_of_rules_says_what_the_rules_say() -> None:
    assert text("docs/reference/rules.md") == "".join(rules_page()), (
        "docs/reference/rules.md is stale; make it anew: python -m plates.omezarr.command "
        "--list-rules --format markdown > docs/reference/rules.md"
    )


def test_the_page_of_keys_says_what_the_keys_are() -> None:
    assert text("docs/reference/keys.md") == "".join(keys_page()), (
        "docs/reference/keys.md is stale; make it anew: python -m plates.platemaps.keys_page > "
        "docs/reference/keys.md"
    )


def test_the_page_of_the_query_language_says_what_the_fields_are() -> None:
    page = text("docs/reference/query-language.md")
    assert page == "".join(fields_page()), (
        "docs/reference/query-language.md is stale; make it anew: python -m "
        "catalog.search.fields_page > docs/reference/query-language.md"
    )
    assert all(f"| `{field.name}` |" in page for field in FIELDS)


def test_the_page_of_viewers_says_what_the_tables_say() -> None:
    page = text("docs/reference/viewers.md")
    assert page == "".join(viewers_page()), (
        "docs/reference/viewers.md is stale; make it anew: python -m catalog.links.viewers_page > "
        "docs/reference/viewers.md"
    )
    assert all(f"| {one.title} |" in page for one in (*VIEWERS, *LIBRARIES))


def test_every_word_about_links_is_explained() -> None:
    page = text("docs/how-to/open-a-plate-in-a-viewer.md")
    assert all(f"| `{name}` |" in page for name in CHECKS)
    words = text("docs/reference/words.md")
    for table in (Answer, ShareKind, Way):
        assert all(f"`{word.value}`" in words for word in table)


@pytest.mark.parametrize("page", ["reference/query-language.md", "how-to/search-wells.md"])
def test_every_query_of_the_documentation_can_be_read(page: str) -> None:
    rows = [line for line in text(f"docs/{page}").splitlines() if line.startswith("| ")]
    quoted = [cell for line in rows for cell in re.findall(r"`([^`]*:[^`]*)`", line)]
    assert len(quoted) > 10
    for query in quoted:
        parse(query)


def test_the_page_of_lists_and_inventories_says_what_is_read() -> None:
    page = text("docs/how-to/discover-from-a-list.md")
    for table in (columns_table(), forms_table()):
        assert "\n".join(table) in page
    assert all(f"`{suffix}`" in page for suffix in LIST_SUFFIXES)
    assert f"up to {MAX_REST} more" in page


def test_the_page_of_limits_says_what_the_settings_say() -> None:
    page = text("docs/reference/limits.md")
    shown = (
        "PLATECAT_PLATE_MAP_MIB",
        "PLATECAT_PLATE_MAP_FILES",
        "PLATECAT_MAX_DOCUMENT_MIB",
        "PLATECAT_STATEMENT_TIMEOUT_S",
        "PLATECAT_SEARCH_TIMEOUT_S",
        "PLATECAT_RATE",
        "PLATECAT_RATE_SEARCH",
        "PLATECAT_RATE_EXPORT",
        "PLATECAT_RATE_PICTURES",
        "PLATECAT_LOCKOUT",
        "PLATECAT_SHARE_DAYS",
    )
    rows = [line.replace(",", "") for line in page.splitlines() if line.startswith("| ")]
    for name in shown:
        default = environment.VARIABLES[name].default
        assert any(f" {default} " in row and f"`{name}`" in row for row in rows), name
    assert f"| {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MiB |" in page
    assert f"| {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} |" in page
    assert f"| {MOST_TOKENS} |" in page
    assert f"| {MOST_SAVED:,} |" in page
    assert f"| {settings.LOCKOUT * FOR_AN_ADDRESS} |" in page
    assert f"| {settings.LOCKOUT * FOR_A_NAME} |" in page


def test_every_scope_of_a_token_is_explained() -> None:
    page = text("docs/how-to/use-tokens.md")
    assert all(f"| `{scope.value}` |" in page for scope in TokenScope)
    words = text("docs/reference/words.md")
    assert all(f"`{word.value}`" in words for table in (SignInKind, Door, Pace) for word in table)


def test_the_map_of_the_house_has_every_part() -> None:
    told = text("docs/explanation/the-house.md")
    for package in ("catalog", "plates"):
        for part in sorted((ROOT / package).iterdir()):
            if (part / "__init__.py").exists() and part.name != "migrations":
                assert f"| `{package}/{part.name}/` |" in told, part
