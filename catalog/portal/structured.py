"""What machines that read pages are told: schema.org's Dataset, as JSON-LD.

Only of what is public: nothing else is found by search engines.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Dataset, Version
from plates.models import Plate

_FORMATS: Final = {"json": "application/json", "parquet": "application/vnd.apache.parquet"}
_CONTEXT: Final = "https://schema.org/"
# So that no text can end the element in which the JSON stands.
_ESCAPED: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def of_dataset(request: HttpRequest, dataset: Dataset, latest: Version | None = None) -> SafeString:
    """A dataset with people, licence, its latest version and where its parts are; empty if closed."""
    if not dataset.is_open:
        return SafeString("")
    url = request.build_absolute_uri(reverse("portal:dataset", args=[dataset.slug]))
    plates = request.build_absolute_uri(f"{reverse('api:plates')}?dataset={dataset.slug}")
    told: dict[str, Any] = {
        "@id": url,
        "url": url,
        "name": dataset.title,
        "description": dataset.summary or dataset.title,
        "identifier": [
            str(dataset.id),
            *(f"https://doi.org/{doi}" for doi in [dataset.doi] if doi),
        ],
        "keywords": [*dataset.keywords, *dataset.organisms, *dataset.methods],
        "creator": [_person(one.name, one.affiliation, one.orcid) for one in dataset.people.all()],
        "citation": [text.title for text in dataset.publications.all()],
        "dateCreated": dataset.created_at.date().isoformat(),
        "dateModified": dataset.changed_at.date().isoformat(),
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": plates}
        ],
    }
    if dataset.licence:
        told["license"] = f"https://spdx.org/licenses/{dataset.licence}"
    if latest is not None:
        told |= _version(request, dataset, latest)
        told["distribution"] = [*_files(request, dataset, latest), *told["distribution"]]
    return _told("Dataset", told)


def _version(request: HttpRequest, dataset: Dataset, latest: Version) -> Mapping[str, object]:
    page = reverse("portal:version", args=[dataset.slug, latest.number])
    return {
        "version": str(latest.number),
        "datePublished": latest.published_at.date().isoformat(),
        "workExample": {
            "@type": "Dataset",
            "@id": request.build_absolute_uri(page),
            "name": f"{dataset.title}, version {latest.number}",
            "description": f"Version {latest.number} of {dataset.title}, as it was published.",
            "version": str(latest.number),
        },
    }


def _files(request: HttpRequest, dataset: Dataset, latest: Version) -> list[Mapping[str, object]]:
    return [
        {
            "@type": "DataDownload",
            "name": file["name"],
            "encodingFormat": _FORMATS.get(file["name"].rpartition(".")[2], ""),
            "contentSize": f"{file['bytes']} B",
            "sha256": file["sha256"],
            "contentUrl": request.build_absolute_uri(
                reverse("api:dataset-version-file", args=[dataset.id, latest.number, file["name"]])
            ),
        }
        for file in latest.files
    ]


def of_plate(request: HttpRequest, plate: Plate, dataset: Dataset) -> SafeString:
    """A plate as a part of its dataset; empty if that is not public."""
    if not dataset.is_open:
        return SafeString("")
    url = request.build_absolute_uri(reverse("portal:plate", args=[plate.id]))
    whole = request.build_absolute_uri(reverse("portal:dataset", args=[dataset.slug]))
    told: dict[str, object] = {
        "@id": url,
        "url": url,
        "name": str(plate),
        "description": f"A plate of {plate.rows} x {plate.columns} wells of {dataset.title}.",
        "identifier": [str(plate.id), *(code for code in [plate.barcode] if code)],
        "isPartOf": {"@type": "Dataset", "@id": whole, "url": whole, "name": dataset.title},
    }
    if dataset.licence:
        told["license"] = f"https://spdx.org/licenses/{dataset.licence}"
    return _told("Dataset", told)


def _person(name: str, affiliation: str, orcid: str) -> Mapping[str, object]:
    told: dict[str, object] = {"@type": "Person", "name": name}
    if affiliation:
        told["affiliation"] = {"@type": "Organization", "name": affiliation}
    if orcid:
        told["@id"] = f"https://orcid.org/{orcid}"
    return told


def _told(kind: str, about: Mapping[str, object]) -> SafeString:
    said = {name: value for name, value in about.items() if value not in ([], "")}
    text = json.dumps({"@context": _CONTEXT, "@type": kind, **said}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPED))  # noqa: S308 - nothing of it is markup
