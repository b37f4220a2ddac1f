"""The pages of things: what they tell, where they lead, and what they do with hostile names."""

import re
from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset
from plates.models import Plate, Store
from tests import factories, stores
from tests.catalog.search.worlds import RowPlan, World, build
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db
PLAN = [
    RowPlan(0, 1, {"Compound": "taxol", "Dose": "0.1", "Cell_Line": "U2OS"}),
    RowPlan(0, 2, {"Compound": "taxol", "Dose": "10"}),
    RowPlan(1, 0, {"Compound": "<script>alert(1)</script>"}),
    RowPlan(2, 1, {"Compound": "taxol"}),
]


@pytest.fixture
def world() -> World:
    return build([PLAN])


def page(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_wells_are_found_and_told(client: Client, world: World) -> None:
    html = page(client, "/search/", q="compound:taxol concentration:>=5uM")
    told = words(html)
    assert "Wells with compound taxol, with concentration at least 5uM" in told
    assert "1 well " in told
    assert f"/plates/{world.plates[0].id}/wells/A03/" in html
    # Each condition can be taken away.
    assert "?q=compound%3Ataxol" in html


def test_the_results_alone_are_sent_where_the_page_is_there_already(
    client: Client, world: World
) -> None:
    answer = client.get("/search/", {"q": "compound:taxol"}, headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"A03" in answer.content


def test_results_are_shown_as_pictures_and_stay_so(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    wells = [f"{row}/{column}" for row in "ABCDEF" for column in range(1, 13)]
    name = " ".join(["a plate of a very long name"] * 5)
    folder = stores.plate(tmp_path / "p.zarr", wells=wells, name=name)
    factories.harvested(str(folder), into=open_dataset)
    html = page(client, "/search/", q="row:A..F", **{"as": "pictures"})
    assert html.count('loading="lazy" width="160" height="160"') == 50
    assert html.count(f'title="{name}"') == 50
    rest = "&amp;as=pictures"
    assert len(re.findall(rf'rel="next" href="[^"]+{rest}', html)) == 1
    assert f"/search/facets/?q=row%3AA..F{rest}" in html
    assert f'href="?q={rest}" aria-label="Without' in html
    assert '<input type="hidden" name="as" value="pictures">' in html
    facets = page(client, "/search/facets/", q="row:A..F", **{"as": "pictures"})
    assert re.search(rf'href="/search/\?q=[^"]+{rest}"', facets)
    assert 'class="gallery"' not in page(client, "/search/", **{"as": "nonsense"})
    assert "as=pictures" not in page(client, "/search/", of="plates", **{"as": "pictures"})


def test_a_query_that_is_wrong_is_shown_with_its_place_and_what_was_meant(
    client: Client, world: World
) -> None:
    html = page(client, "/search/", q="edge:no compuond:taxol")
    assert "<mark>compuond:taxol</mark>" in html
    assert "edge%3Ano%20compound%3Ataxol" in html


def test_values_of_what_was_found_narrow_it_down(client: Client, world: World) -> None:
    html = page(client, "/search/facets/", q="compound:taxol")
    assert "?q=compound%3Ataxol%20cell_line%3AU2OS" in html
    alone = client.get("/search/facets/", {"q": "edge:perhaps"}, headers={"HX-Request": "true"})
    assert b"<html" not in alone.content
    assert b"edge is one of yes, no" in alone.content


@pytest.mark.parametrize("of", ["plates", "images", "datasets", "nonsense"])
def test_other_things_are_found_too_and_nothing_is_said_kindly(
    client: Client, world: World, of: str
) -> None:
    assert "This query cannot be answered" not in page(client, "/search/", of=of)
    nothing = page(client, "/search/", of=of, q="compound:nothing")
    assert "Nothing that you may see fits" in nothing


def test_pages_of_results_go_on(client: Client, open_dataset: Dataset, tmp_path: Path) -> None:
    wells = [f"{row}/{column}" for row in "ABCDEF" for column in range(1, 13)]
    folder = stores.plate(tmp_path / "p.zarr", wells=wells, fields=1, name="P")
    factories.harvested(str(folder), into=open_dataset)
    first = page(client, "/search/")
    (link,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(client, "/search/" + link.replace("&amp;", "&"))
    found = [re.findall(r"/wells/([A-F]\d+)/", html) for html in (first, second)]
    assert len(found[0]) == 50
    assert len({*found[0], *found[1]}) == 72


def test_a_plate_is_there_without_scripts_too(client: Client, world: World) -> None:
    plate = world.plates[0]
    html = page(client, f"/plates/{plate.id}/", color="concentration")
    assert re.search(r'class="s0">\s*<a href="/plates/[^"]+/wells/A02/"', html)
    assert re.search(r'class="s8">\s*<a href="/plates/[^"]+/wells/A03/"', html)
    assert "100 nM" in html
    assert "10 uM" in html
    assert "taxol" in html
    for name in ("compound", "cell_line", "fields", "nonsense"):
        page(client, f"/plates/{plate.id}/", color=name)


def test_a_plate_tells_what_is_missing_and_what_is_wrong(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/12"], missing=["B/12"], name="P")
    store = validated(factories.harvested(str(folder), into=open_dataset))
    plate = Store.objects.select_related("plate").get(pk=store.pk).plate
    assert plate is not None
    told = words(page(client, f"/plates/{plate.id}/"))
    assert "HCS-WELL-EXISTS" in told
    assert "1 listed well: B12" in told
    well = words(page(client, f"/plates/{plate.id}/wells/b12/"))
    assert "no store has it" in well


def test_a_well_tells_what_is_in_it_and_where_that_stands(client: Client, world: World) -> None:
    plate = world.plates[0]
    html = page(client, f"/plates/{plate.id}/wells/A02/")
    assert "/terms/compound/taxol/" in html
    assert "row 2" in words(html)
    assert re.search(r'rel="next" href="[^"]+/wells/A03/"', html)
    assert "Wells of the same condition" in html


def test_the_same_condition_is_found_from_a_well(client: Client, world: World) -> None:
    html = page(client, f"/plates/{world.plates[0].id}/wells/A03/")
    (query,) = re.findall(r'href="/search/\?q=([^"]+)">Wells of the same', html)
    found = client.get(f"/search/?q={query}").content.decode()
    assert "/wells/A03/" in found
    assert "/wells/A02/" not in found


def test_fields_lie_in_their_places(client: Client, open_dataset: Dataset, tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], fields=4, name="P")
    factories.harvested(str(folder), into=open_dataset)
    plate = Plate.objects.get(scope=open_dataset.serial)
    html = page(client, f"/plates/{plate.id}/wells/A1/")
    (store,) = Store.objects.filter(plate=plate)
    paths = re.findall(rf"/stores/{store.id}/fields/([^\"]+)/\"", html)
    assert sorted({*paths}) == [f"A/01/{number}" for number in range(4)]
    field = words(page(client, f"/stores/{store.id}/fields/A/01/0/"))
    assert "Data type" in field
    assert str(folder) in field


def test_a_value_has_a_page_of_its_own(client: Client, world: World) -> None:
    html = page(client, "/terms/compound/taxol/")
    assert "2 wells on 1 plate" in words(html)
    assert "/wells/A03/" in html
    for path in ("/terms/compound/nothing/", "/terms/nothing/taxol/", "/terms/compound/a%00b/"):
        assert client.get(path).status_code == 404, path


def test_names_from_outside_are_text_and_no_markup(client: Client, world: World) -> None:
    plate = world.plates[1]
    for path in (
        f"/plates/{plate.id}/",
        f"/plates/{plate.id}/wells/A1/",
        "/search/?q=compound:*",
        "/search/?q=%3Cscript%3Ealert(1)",
        "/terms/compound/%3Cscript%3Ealert(1)%3C/script%3E/",
    ):
        assert b"<script>alert" not in client.get(path).content, path


@pytest.mark.parametrize(
    "path",
    [
        "/plates/nonsense/",
        "/plates/%00/wells/A1/",
        "/datasets/nothing/",
        "/images/1/",
        "/stores/x/fields/A/1/0/",
    ],
)
def test_what_is_not_there_is_said_on_a_page(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"There is nothing at this address" in answer.content


def test_no_page_has_a_script_or_a_style_in_its_markup(client: Client, world: World) -> None:
    plate = world.plates[0]
    for path in (
        "/",
        "/search/?q=compound:*",
        f"/plates/{plate.id}/",
        f"/plates/{plate.id}/wells/A2/",
        "/changes/",
    ):
        html = page(client, path)
        assert not re.search(
            r"<script(?![^>]*(?:\bsrc=|ld\+json))|<style|\sstyle=|\son\w+=", html
        ), path


def test_a_dataset_tells_in_which_state_its_stores_are(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    sound = stores.plate(tmp_path / "sound.zarr", wells=["A/1"], name="Sound")
    lacking = stores.plate(tmp_path / "l.zarr", wells=["A/1", "A/2"], missing=["A/2"], name="L")
    for folder in (sound, lacking):
        validated(factories.harvested(str(folder), into=open_dataset))
    told = words(page(client, f"/datasets/{open_dataset.slug}/"))
    assert "Of its stores 1 incomplete" in told
    assert re.search(r"no picture L 2 wells incomplete", told)
    assert re.search(r"no picture Sound 1 well (?!valid)", told)


def test_an_empty_search_of_nothing_does_not_ask_to_take_conditions_away(
    client: Client, db: None
) -> None:
    told = words(page(client, "/search/"))
    assert "There are no wells yet" in told
    assert "Take a condition away" not in told


def test_the_plane_that_is_shown_is_the_one_that_is_chosen(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    for planes, middle in ((2, 1), (3, 1), (5, 2)):
        folder = stores.image(tmp_path / f"{planes}.zarr", planes=planes)
        store = factories.harvested(str(folder), into=open_dataset)
        html = page(client, f"/images/{store.images.get().id}/")
        assert f'name="z" min="0" max="{planes - 1}" value="{middle}"' in html


def test_changes_are_told_newest_first(
    client: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"], name=name)
        factories.harvested(str(folder), into=open_dataset)
    validated(Store.objects.get(name="two"))
    told = words(page(client, "/changes/"))
    assert told.index("two") < told.index("one")
    # Which verdict it is now says more than that there is one.
    assert "valid two" in told
    assert client.get("/changes/?before=nonsense").status_code == 200
