"""Rules about the versions that the documents of a store name."""

from collections.abc import Iterator
from typing import Final

from plates.omezarr.findings import Fault, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen import VersionsSeen
from plates.omezarr.versions.numbers import VERSIONS, known_version

store_versions: Final = RuleBook[VersionsSeen]()


# 0.5: "The OME-Zarr Metadata version MUST be consistent within a hierarchy." Before, each part
# only indicates "the version of the multiscale metadata of this image".
@store_versions.rule("OME-VERSION", section="metadata", levels={"0.1": WARNING, "0.5": ERROR})
def all_documents_name_one_version(seen: VersionsSeen) -> Iterator[Fault]:
    """All documents of a store name the same version."""
    named = [(document, version) for document, version in seen.by_document if version]
    # The text counts: 0.6.dev3 and 0.6.dev4 are different versions.
    one = seen.declared or (named[0][1] if named else "")
    agreeing = {document for document, version in named if version == one}
    for document, version in dict.fromkeys(named):
        if version == one:
            continue
        if document in agreeing:
            message = f"{_said(document)} names two versions, {shown(one)} and {shown(version)}."
        else:
            message = f"{_said(document)} names version {shown(version)}, the store {shown(one)}."
        yield Fault(
            "", message, expected=shown(one), found=shown(version), node=document.rpartition("/")[0]
        )


# 0.4, multiscale-md: 'It SHOULD contain the field "version"'; nothing demands one before 0.5. A
# warning all the same, so that people know by which text their store was judged.
@store_versions.rule(
    "OME-VERSION-ABSENT",
    section="metadata",
    levels={"0.1": WARNING, "0.5": None},
    force=Force.HYGIENE,
)
def the_root_names_a_version(seen: VersionsSeen) -> Iterator[Fault]:
    """The root of a store names its version of OME-Zarr, or all else names the one it is taken for."""
    named = {known_version(version) or version for _, version in seen.by_document if version}
    if not seen.declared and named != {seen.taken}:
        yield Fault(
            "",
            f"The root names no version of OME-Zarr; it was checked as {seen.taken or 'any'}.",
            expected="a version",
        )


# No version of the specification speaks of the next ones: what cannot be judged is said, not
# condemned.
@store_versions.rule(
    "OME-VERSION-KNOWN", section="metadata", levels={"0.1": WARNING}, force=Force.HYGIENE
)
def every_version_is_known(seen: VersionsSeen) -> Iterator[Fault]:
    """The version that a document names is one that Platecat knows."""
    documents: dict[str, str] = {}
    for document, version in (*seen.by_document, ("", seen.declared)):
        documents.setdefault(version, document)
    for version, document in documents.items():
        if not version or known_version(version) is not None:
            continue
        judged = known_version(seen.taken)
        how = f"it was checked as {judged}" if judged else "only its structure was checked"
        yield Fault(
            "",
            f"The version {shown(version)} is not known; {how}.",
            expected=f"a version from {VERSIONS[0]} to {VERSIONS[-1]}",
            found=shown(version),
            node=document.rpartition("/")[0],
        )


def _said(document: str) -> str:
    return f"The document {shown(document)}" if document else "The root"
