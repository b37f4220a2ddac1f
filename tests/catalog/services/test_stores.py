"""Registering stores: one URL is one store of one dataset, and no secret is kept."""

import pytest
from django.test import override_settings

from catalog.errors import NotUnderstood, StoreIsElsewhere
from catalog.models import Dataset, Holding, Source
from catalog.services.opening import options_for
from catalog.services.stores import register_store
from plates.models import Location, Store
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_url_is_one_store(open_dataset: Dataset) -> None:
    first = register_store(url="/data/p.zarr", dataset=open_dataset, by=None)
    again = register_store(url="/data/p.zarr", dataset=open_dataset, by=None)
    assert first.pk == again.pk
    assert Store.objects.count() == Location.objects.count() == Holding.objects.count() == 1
    assert first.scope == open_dataset.pk


def test_a_store_is_in_one_dataset_only(open_dataset: Dataset) -> None:
    register_store(url="/data/p.zarr", dataset=open_dataset, by=None)
    with pytest.raises(StoreIsElsewhere, match="another dataset already"):
        register_store(url="/data/p.zarr", dataset=factories.dataset(), by=None)


def test_the_refusal_of_a_store_that_is_elsewhere_does_not_say_where(
    open_dataset: Dataset,
) -> None:
    assert open_dataset.slug not in str(StoreIsElsewhere("/data/p.zarr"))


def test_a_source_opens_with_its_options_and_named_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_KEY", "k")
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_SECRET", "s")
    source = Source(name="lab", options={"endpoint": "http://s3:9000"}, credentials="lab")
    options = options_for(source)
    assert (options.endpoint, options.key, options.secret) == ("http://s3:9000", "k", "s")
    assert "s3" in repr(options)
    assert "secret" not in repr(options).lower()


@override_settings(CONCURRENCY=7, MAX_DOCUMENT_BYTES=99)
def test_without_a_source_the_installation_decides() -> None:
    options = options_for(None)
    assert (options.concurrency, options.max_document_bytes) == (7, 99)


@pytest.mark.parametrize("name", ["key", "secret", "token"])
def test_a_secret_among_the_options_is_refused(name: str) -> None:
    with pytest.raises(NotUnderstood, match=f"PLATECAT_CREDENTIALS_<NAME>_{name.upper()}"):
        options_for(Source(name="lab", options={name: "x"}))


def test_an_unknown_option_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(NotUnderstood, match=r"'endpont'.*endpoint"):
        options_for(Source(name="lab", options={"endpont": "x"}))


@pytest.mark.parametrize("options", [["a"], {"anonymous": "maybe"}, {"timeout_s": []}])
def test_options_that_cannot_be_read_are_refused(options: object) -> None:
    with pytest.raises(NotUnderstood):
        options_for(Source(name="lab", options=options))
