"""What the attributes of all kinds share: the version, and where the metadata lies."""

from collections.abc import Mapping

from plates.omezarr.shapes import Record, Shape, Text, Under
from plates.omezarr.structure.should import Should


def version_of(version: str) -> Shape:
    """The value of `version`: no other than the version that the document was read as."""
    known = ("0.6", "0.6rc0") if version == "0.6" else (version,)
    return Under("OME-VERSION-KNOWN", Text(one_of=known))


def has_ome(version: str) -> bool:
    """Whether the metadata lies under `ome`, together with its one version."""
    return version not in {"0.1", "0.2", "0.3", "0.4"}


def attributes(
    version: str, keys: Mapping[str, Shape], *, required: tuple[str, ...], since_ome: bool = False
) -> Shape:
    """The attributes of a node; with `since_ome` the keys are required from 0.5 on only."""
    if not has_ome(version):
        return Record(keys, required=() if since_ome else required)
    ome = Record({**keys, "version": version_of(version)}, required=(*required, "version"))
    return Record({"ome": ome}, required=("ome",))


def attributes_should(version: str, key: str, should: Should) -> Should:
    """What the attributes of a node should hold under a key."""
    inside = Should(inside={key: should})
    return Should(inside={"ome": inside}) if has_ome(version) else inside
