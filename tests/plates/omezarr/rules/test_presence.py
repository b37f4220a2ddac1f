import pytest

from plates.omezarr.findings import Fault
from plates.omezarr.rules.presence import nodes
from plates.omezarr.rules.rule import Policy
from plates.omezarr.seen import NodeSeen, Presence, Role
from tests.plates.omezarr.rules.asking import asked, told

GROUPS = {
    Role.WELL: ("HCS-WELL-EXISTS", "HCS-WELL-META"),
    Role.FIELD: ("HCS-FIELD-EXISTS", "HCS-FIELD-META"),
    Role.LABEL: ("LBL-EXISTS", "LBL-EXISTS"),
    Role.ROW: ("HCS-ROW-GROUP", None),
    Role.LEVEL: ("IMG-ARRAY-EXISTS", "IMG-ARRAY-EXISTS"),
}


def node(
    role: Role,
    presence: Presence = Presence.THERE,
    version: str = "0.5",
    zarr_format: int = 3,
    reason: str = "",
    *,
    twin: bool = False,
) -> NodeSeen:
    return NodeSeen(version, role, "B/03", presence, "/wells/4/path", reason, twin, zarr_format)


def owners(seen: NodeSeen) -> list[str]:
    """The rules that say something, once for each thing they say."""
    return [rule.id for rule in nodes.rules for _ in rule.check(seen)]


def only(seen: NodeSeen) -> Fault:
    (fault,) = [fault for rule in nodes.rules for fault in rule.check(seen)]
    return fault


@pytest.mark.parametrize("role", Role)
def test_a_node_that_is_there_keeps_every_rule(role: Role) -> None:
    assert owners(node(role)) == []
    assert owners(node(role, version="0.4", zarr_format=2)) == []


@pytest.mark.parametrize("role", GROUPS)
def test_each_presence_of_a_listed_node_belongs_to_one_rule(role: Role) -> None:
    gone, bare = GROUPS[role]
    assert owners(node(role, Presence.ABSENT)) == [gone]
    assert owners(node(role, Presence.OTHER_KIND)) == [gone]
    assert owners(node(role, Presence.BARE)) == ([] if bare is None else [bare])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("presence", "owner"),
    [
        (Presence.OTHER_FORMAT, "ZARR-FORMAT"),
        (Presence.MALFORMED, "ZARR-JSON"),
        (Presence.REFUSED, "STORE-READ"),
    ],
)
def test_what_cannot_be_read_belongs_to_one_rule_in_any_role(
    role: Role, presence: Presence, owner: str
) -> None:
    assert owners(node(role, presence)) == [owner]
    assert owners(node(role, presence, version="0.4", zarr_format=3)) == [owner]


@pytest.mark.parametrize("role", [Role.ROOT, Role.IMAGE, Role.LABELS])
@pytest.mark.parametrize("presence", [Presence.ABSENT, Presence.BARE, Presence.OTHER_KIND])
def test_what_nothing_has_to_list_is_the_business_of_other_books(
    role: Role, presence: Presence
) -> None:
    assert owners(node(role, presence)) == []


@pytest.mark.parametrize("role", [Role.WELL, Role.FIELD, Role.ROW, Role.LABEL])
def test_a_group_that_is_absent_is_told_where_it_is_named(role: Role) -> None:
    fault = only(node(role, Presence.ABSENT))
    assert fault == Fault(
        "/wells/4/path", f'There is no group for the {role} "B/03".', "a group", "", ""
    )


def test_an_array_in_place_of_a_well_is_told_as_what_it_is() -> None:
    fault = only(node(Role.WELL, Presence.OTHER_KIND))
    assert (fault.pointer, fault.expected, fault.found) == ("/wells/4/path", "a group", "an array")


def test_a_level_has_to_be_an_array() -> None:
    assert "no array" in only(node(Role.LEVEL, Presence.ABSENT)).message
    fault = only(node(Role.LEVEL, Presence.OTHER_KIND))
    assert (fault.expected, fault.found) == ("an array", "a group")


def test_a_group_without_metadata_is_told_in_its_own_document() -> None:
    for role, key in (
        (Role.WELL, "well"),
        (Role.FIELD, "multiscales"),
        (Role.LABEL, "multiscales"),
    ):
        fault = only(node(role, Presence.BARE))
        assert (fault.pointer, fault.expected) == ("", f"the key {key}")


def test_a_row_needs_a_group_but_no_metadata_and_readers_forgive_its_absence() -> None:
    assert owners(node(Role.ROW, Presence.BARE)) == []
    rule = asked(nodes, "HCS-ROW-GROUP")
    assert [rule.level("0.4", policy) for policy in Policy] == ["warning", "error", "error"]


def test_a_document_that_is_no_json_is_told_with_the_reason() -> None:
    fault = only(node(Role.FIELD, Presence.MALFORMED, reason="it is empty"))
    assert fault.message == "The metadata document cannot be read: it is empty."
    assert only(node(Role.FIELD, Presence.MALFORMED)).message.endswith("cannot be read.")


def test_a_document_that_is_refused_is_an_error_under_every_policy() -> None:
    fault = only(node(Role.ROOT, Presence.REFUSED, reason="permission denied."))
    assert fault.message == "The metadata document could not be had: permission denied."
    rule = asked(nodes, "STORE-READ")
    assert {rule.level("0.4", policy) for policy in Policy} == {"error"}


@pytest.mark.parametrize(
    ("version", "zarr_format", "faults"),
    [
        ("0.1", 2, 0),
        ("0.4", 2, 0),
        ("0.4", 3, 1),
        ("0.5", 3, 0),
        ("0.5", 2, 1),
        ("0.6.dev4", 3, 0),
        ("0.6rc0", 2, 1),
        ("0.4", 0, 0),
        ("abc123", 2, 0),
        ("", 3, 0),
    ],
)
def test_the_version_of_the_root_says_which_zarr_format_it_has(
    version: str, zarr_format: int, faults: int
) -> None:
    for presence in (Presence.THERE, Presence.BARE):
        seen = node(Role.ROOT, presence, version, zarr_format)
        assert len(told(nodes, "ZARR-FORMAT", seen)) == faults


def test_a_store_that_is_wholly_of_the_wrong_format_has_one_fault_at_its_root() -> None:
    assert owners(node(Role.WELL, version="0.4", zarr_format=3)) == []
    fault = only(node(Role.ROOT, version="0.4", zarr_format=3))
    assert (fault.expected, fault.found) == ("Zarr 2", "Zarr 3")


def test_a_node_of_the_other_format_than_its_root_says_which() -> None:
    fault = only(node(Role.WELL, Presence.OTHER_FORMAT, "0.5", 2))
    assert (fault.pointer, fault.found) == ("", "Zarr 2")
    unknown = node(Role.WELL, Presence.OTHER_FORMAT, zarr_format=0)
    assert only(unknown).found == "the other Zarr format"


def test_documents_of_both_formats_at_a_node_are_a_warning() -> None:
    assert owners(node(Role.WELL, twin=True)) == ["OME-MIXED"]
    rule = asked(nodes, "OME-MIXED")
    assert [rule.level("0.5", policy) for policy in Policy] == ["warning", "warning", "error"]


@pytest.mark.parametrize(
    "rule_id", ["HCS-WELL-EXISTS", "HCS-FIELD-EXISTS", "IMG-ARRAY-EXISTS", "LBL-EXISTS"]
)
def test_what_only_is_not_there_is_a_warning_under_the_lenient_policy(rule_id: str) -> None:
    rule = asked(nodes, rule_id)
    assert rule.missing
    assert [rule.level("0.5", policy) for policy in Policy] == ["warning", "error", "error"]


def test_a_label_that_is_not_there_is_an_error_from_0_5_on() -> None:
    rule = asked(nodes, "LBL-EXISTS")
    assert [rule.level(version) for version in ("0.1", "0.4", "0.5")] == [
        "warning",
        "warning",
        "error",
    ]
