import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.rules.rule import ERROR, WARNING, Policy
from plates.omezarr.rules.versions import store_versions
from plates.omezarr.seen import VersionsSeen
from tests.plates.omezarr.rules.asking import asked, told


def versions(declared: str, *named: tuple[str, str], taken: str = "0.4") -> VersionsSeen:
    return VersionsSeen(declared, taken, 2, named)


def test_documents_that_all_name_the_version_of_the_root_are_fine() -> None:
    seen = versions("0.4", (".zattrs", "0.4"), ("A/1/.zattrs", "0.4"))
    assert told(store_versions, "OME-VERSION", seen) == []


def test_a_document_of_another_version_is_told_at_its_node() -> None:
    seen = versions("0.4", (".zattrs", "0.4"), ("A/1/.zattrs", "0.3"))
    (fault,) = told(store_versions, "OME-VERSION", seen)
    assert (fault.node, fault.expected, fault.found) == ("A/1", '"0.4"', '"0.3"')
    assert fault.message == 'The document "A/1/.zattrs" names version "0.3", the store "0.4".'


def test_a_document_that_names_two_versions_is_told_so() -> None:
    seen = versions("0.4", (".zattrs", "0.4"), (".zattrs", "0.1"))
    (fault,) = told(store_versions, "OME-VERSION", seen)
    assert fault.node == ""
    assert "two versions" in fault.message


def test_where_the_root_names_none_the_first_version_named_counts() -> None:
    assert told(store_versions, "OME-VERSION", versions("", ("a/.zattrs", "0.4"))) == []
    seen = versions("", ("a/.zattrs", "0.4"), ("b/.zattrs", "0.5"))
    assert [fault.node for fault in told(store_versions, "OME-VERSION", seen)] == ["b"]


def test_a_document_without_a_version_is_of_no_other_version() -> None:
    assert told(store_versions, "OME-VERSION", versions("0.5", ("a/zarr.json", ""))) == []
    assert told(store_versions, "OME-VERSION", versions("")) == []


def test_two_drafts_of_one_version_are_two_versions() -> None:
    seen = versions("0.6.dev3", ("a/zarr.json", "0.6.dev4"))
    assert len(told(store_versions, "OME-VERSION", seen)) == 1


def test_several_versions_are_an_error_since_0_5_only() -> None:
    rule = asked(store_versions, "OME-VERSION")
    assert [rule.level(version) for version in ("0.1", "0.4", "0.5")] == [WARNING, WARNING, ERROR]


def test_a_root_without_a_version_is_told_as_what_it_was_checked() -> None:
    (fault,) = told(store_versions, "OME-VERSION-ABSENT", versions(""))
    assert fault.message == "The root names no version of OME-Zarr; it was checked as 0.4."


def test_a_root_with_a_version_is_not_told_of() -> None:
    assert told(store_versions, "OME-VERSION-ABSENT", versions("0.4")) == []


def test_a_version_that_is_absent_is_legal_before_0_5_under_every_policy() -> None:
    rule = asked(store_versions, "OME-VERSION-ABSENT")
    assert {rule.level("0.4", policy) for policy in Policy} == {WARNING}
    # From 0.5 on the structure demands one.
    assert rule.level("0.5") is None


@pytest.mark.parametrize("version", ["0.1", "0.4", "0.5", "0.5.2", "0.6rc0", "0.6.dev4", ""])
def test_a_version_that_is_known_is_not_told_of(version: str) -> None:
    seen = versions(version, (".zattrs", version))
    assert told(store_versions, "OME-VERSION-KNOWN", seen) == []


@pytest.mark.parametrize("version", ["0.7", "0.9.dev1", "1.0", "abc123", "latest", "0.10"])
def test_a_version_that_is_not_known_is_told_once(version: str) -> None:
    seen = versions(version, ("zarr.json", version), ("a/zarr.json", version), taken="0.6")
    (fault,) = told(store_versions, "OME-VERSION-KNOWN", seen)
    assert fault.node == ""
    assert fault.message == f'The version "{version}" is not known; it was checked as 0.6.'


def test_a_store_read_as_an_unknown_version_was_checked_by_structure_alone() -> None:
    (fault,) = told(store_versions, "OME-VERSION-KNOWN", versions("2.0", taken="2.0"))
    assert "only its structure was checked" in fault.message


def test_a_document_below_the_root_of_an_unknown_version_is_told_at_its_node() -> None:
    seen = versions("0.5", ("zarr.json", "0.5"), ("a/b/zarr.json", "9"))
    assert [fault.node for fault in told(store_versions, "OME-VERSION-KNOWN", seen)] == ["a/b"]


def test_an_unknown_version_is_a_warning_under_every_policy() -> None:
    rule = asked(store_versions, "OME-VERSION-KNOWN")
    assert {rule.level("2.0", policy) for policy in Policy} == {WARNING}


TEXTS = st.text(max_size=6) | st.sampled_from(["0.4", "0.5", "0.6.dev4"])


@given(
    st.builds(
        VersionsSeen,
        TEXTS,
        TEXTS,
        st.integers(),
        st.lists(st.tuples(TEXTS, TEXTS), max_size=5).map(tuple),
    )
)
def test_no_rule_about_versions_raises_whatever_it_sees(seen: VersionsSeen) -> None:
    for rule in store_versions.rules:
        assert all(fault.message.endswith(".") for fault in rule.check(seen))
