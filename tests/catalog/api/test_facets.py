from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from plates.models import Layout, Store
from plates.models.field_mask import FieldMask
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, build

pytestmark = pytest.mark.django_db
FACETS = "/api/v1/facets/"


@pytest.fixture
def world() -> World:
    """Five wells that all see and one that others do, some with two treatments."""
    return build(
        [
            [
                RowPlan(0, 1, {"Compound_1": "taxol", "Dose": "1", "Cell_Line": "U2OS"}),
                RowPlan(0, 2, {"Compound": "taxol", "Dose": "10", "Cell_Line": "U2OS"}),
                RowPlan(0, 2, {"Compound": "DMSO", "Dose": "0.1", "Cell_Line": "U2OS"}),
                RowPlan(1, 0, {"Compound": "Taxotere", "Cell_Line": "HeLa"}),
                RowPlan(1, 2, {"Compound": "DMSO", "Cell_Line": "hela"}),
                RowPlan(2, 1, {"Compound": "taxol", "Cell_Line": "U2OS"}),
            ],
            [RowPlan(1, 0, {"Cell_Line": "hela", "Compound": "taxotere"})],
        ]
    )


def facets(client: Client, **asked: str) -> dict[str, list[tuple[str, int]]]:
    answer = client.get(FACETS, asked)
    assert answer.status_code == 200, answer.content
    return {
        facet["name"]: [(one["value"], one["count"]) for one in facet["values"]]
        for facet in answer.json()["results"]
    }


def refusal(client: Client, **asked: str) -> Any:
    answer = client.get(FACETS, asked)
    assert answer.status_code == 400, answer.content
    return answer.json()


def test_values_come_with_their_counts_and_the_query_that_finds_them(
    client: Client, world: World
) -> None:
    answer = client.get(FACETS, {"q": "compound:taxol", "keys": "cell_line,concentration"}).json()
    cells, doses = answer["results"]
    assert answer["subjects"] == 2
    assert answer["query"] == "compound:taxol"
    assert answer["count"] == 2
    assert cells == {
        "name": "cell_line",
        "title": "Cell line",
        "kind": "text",
        "values": [
            {"value": "U2OS", "count": 2, "query": "compound:taxol cell_line:U2OS"},
        ],
        "more": False,
        "without": 0,
        "exact": True,
    }
    assert [one["query"] for one in doses["values"]] == [
        'compound:taxol concentration:"1 uM"',
        'compound:taxol concentration:"10 uM"',
    ]


def test_doses_are_those_of_the_compound_that_was_asked_for(client: Client, world: World) -> None:
    assert facets(client, q="compound:taxol", keys="concentration") == {
        "concentration": [("1 uM", 1), ("10 uM", 1)]
    }
    assert facets(client, q="compound:*", keys="concentration") == {
        "concentration": [("100 nM", 1), ("1 uM", 1), ("10 uM", 1)]
    }
    assert facets(client, q="concentration:10uM", keys="compound") == {"compound": [("taxol", 1)]}
    assert facets(client, q="plate:plate-0 -compound:DMSO", keys="compound") == {
        "compound": [("taxol", 1)]
    }


def test_spellings_of_one_value_are_one_and_count_a_well_once(client: Client, world: World) -> None:
    for query in ("", "plate:plate-1"):
        counted = facets(client, q=query, keys="cell_line,compound")
        assert {text.lower(): count for text, count in counted["cell_line"]}["hela"] == 2
        assert {text.lower(): count for text, count in counted["compound"]}["taxotere"] == 1


def test_who_sees_more_counts_more(client: Client, world: World) -> None:
    assert facets(client, keys="compound")["compound"][0] == ("DMSO", 2)
    client.force_login(factories.operator())
    assert facets(client, keys="compound")["compound"][0] == ("taxol", 3)


def test_a_limit_says_that_there_are_more(client: Client, world: World) -> None:
    answer = client.get(FACETS, {"keys": "compound", "limit": "1"}).json()["results"][0]
    assert [one["value"] for one in answer["values"]] == ["DMSO"]
    assert answer["more"] is True


def test_fields_that_are_no_annotation_have_facets_too(client: Client, world: World) -> None:
    keys = "dataset,plate,verdict,version,completion,reach,zarr_format,finding,acquisition,licence"
    counted = facets(client, keys=keys)
    assert counted["dataset"] == [(world.seen.slug, 11)]
    assert counted["plate"] == [("plate-1", 6), ("plate-0", 5)]
    assert counted["verdict"] == [("unchecked", 11)]
    assert counted["completion"] == [("uncounted", 11)]
    assert counted["finding"] == []


def test_channels_are_counted_by_what_images_show(client: Client, world: World) -> None:
    plate = world.plates[0]
    for number, labels in enumerate((["DAPI", "GFP"], ["dapi", "DAPI"]), 1):
        layout = Layout.objects.create(
            digest=f"facets{number}",
            axes=[{"name": name} for name in "cyx"],
            shape=[2, 64, 64],
            dtype="uint16",
            levels=1,
            channels=[{"label": label} for label in labels],
        )
        bits = "1" * number + "0" * (plate.carrier.positions - number)
        FieldMask.objects.create(layout=layout, scope=plate.scope, carrier=plate.carrier, bits=bits)
    counted = facets(client, keys="channel,dtype,size_c,label")
    # The first well of this plate is not there.
    assert counted == {
        "channel": [("DAPI", 1)],
        "dtype": [("uint16", 1)],
        "size_c": [("2", 1)],
        "label": [],
    }
    answer = client.get(FACETS, {"q": "channel:dapi", "keys": "plate"}).json()
    assert answer["subjects"] == 1


def test_a_plate_with_two_stores_counts_for_each(client: Client, world: World) -> None:
    first = Store.objects.get(plate=world.plates[0])
    Store.objects.create(
        scope=first.scope, kind="plate", plate=world.plates[0], version="0.4", verdict="valid"
    )
    counted = facets(client, keys="verdict,version")
    assert counted["verdict"] == [("unchecked", 11), ("valid", 5)]
    assert ("0.4", 5) in counted["version"]


def test_without_keys_the_usual_ones_come_that_anything_has(client: Client, world: World) -> None:
    assert list(facets(client)) == ["dataset", "cell_line", "compound", "concentration", "channel"]


def test_what_has_no_facets_is_refused_with_what_could_be_meant(
    client: Client, world: World
) -> None:
    told = refusal(client, keys="compuond")
    assert told["parameter"] == "keys"
    assert "Did you mean compound" in told["detail"]
    assert "has no facets" in refusal(client, keys="pixel_size")["detail"]
    assert refusal(client, of="plates")["parameter"] == "of"
    assert refusal(client, limit="0")["parameter"] == "limit"
    assert refusal(client, limit="101")["parameter"] == "limit"
    assert "Known are" in refusal(client, key="compound")["detail"]
    assert refusal(client, q="gene:")["parameter"] == "q"
    too_many = ",".join(f'"column {number}"' for number in range(1000))
    assert refusal(client, keys=too_many)["parameter"] == "keys"


def test_a_key_that_only_others_have_is_as_if_it_were_not_there(client: Client) -> None:
    build([[RowPlan(2, 1, {"Temperature": "310", "Score": "3"})]])
    assert facets(client, keys="temperature") == {"temperature": []}
    hidden = refusal(client, keys="Score")
    assert hidden["detail"].startswith("There is no field 'Score'")
    client.force_login(factories.operator())
    assert facets(client, keys="temperature") == {"temperature": [("36.85 C", 1)]}
    assert "has no facets" in refusal(client, keys="Score")["detail"]


def test_images_have_facets_of_their_own(client: Client, world: World) -> None:
    answer = client.get(FACETS, {"of": "images"}).json()
    assert answer["subjects"] == 0
    assert answer["results"][0]["values"] == []


@pytest.mark.django_db(transaction=True)
def test_counting_for_too_long_is_refused_in_a_sentence(client: Client, settings: Any) -> None:
    settings.SEARCH_TIMEOUT_S = 0.3
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE plates_carrier IN ACCESS EXCLUSIVE MODE")
        answer = client.get(FACETS, {"keys": "dataset"})
        other.rollback()
    assert answer.status_code == 422
    assert "longer than the 0.3 seconds" in answer.json()["detail"]
