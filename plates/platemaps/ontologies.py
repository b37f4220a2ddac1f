"""Ontology ids as CURIEs, whichever way a table writes them, and ids that say what they are."""

import re

PREFIXES = (
    "BAO", "BTO", "CHEBI", "CL", "CLO", "CMPO", "CVCL", "DOID", "EFO", "FBbi", "FBbt", "FBdv",
    "GO", "HANCESTRO", "HGNC", "HP", "MGI", "MI", "MONDO", "MP", "NCBIGene", "NCBITaxon", "NCIT",
    "OBI", "Orphanet", "PATO", "PR", "RRID", "SGD", "SO", "UBERON", "UO", "WBbt", "WBPhenotype",
    "ZFA",
)  # fmt: skip
"""As they are written in CURIEs."""

_CANONICAL = {prefix.casefold(): prefix for prefix in PREFIXES} | {
    "ncbi_taxon": "NCBITaxon",
    "ncbi taxonomy": "NCBITaxon",
    "ncbi taxon": "NCBITaxon",
    "taxonomy": "NCBITaxon",
    "taxon": "NCBITaxon",
    "txid": "NCBITaxon",
    "ncbi gene": "NCBIGene",
    "entrez": "NCBIGene",
    "entrez gene": "NCBIGene",
    "geneid": "NCBIGene",
    "cellosaurus": "CVCL",
    "ordo": "Orphanet",
}
_DIGITS = {
    "BAO": 7, "CHEBI": 0, "CL": 7, "CLO": 7, "CMPO": 7, "EFO": 7, "FBbi": 8, "GO": 7, "HP": 7,
    "MONDO": 7, "NCBIGene": 0, "NCBITaxon": 0, "OBI": 7, "PATO": 7, "SO": 7, "UBERON": 7,
}  # fmt: skip
"""How many digits an id has; 0 for any number of them."""

_LONGEST = 300
_TAXON = re.compile(r"(?:NCBI\s*:\s*)?(?:txid|taxid|taxon)\s*[:_]?\s*([0-9]{1,12})", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s?#]*?([^/\s?#]+?)/?(?:[?#]([^\s]*))?", re.IGNORECASE)
_PREFIXED = re.compile(r"(?:obo\s*:\s*)?([A-Za-z][A-Za-z]*)\s*[:_]\s*([A-Za-z]?[A-Za-z0-9]+)")
_LOCAL = re.compile(r"[A-Za-z]?[0-9]{1,12}")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,30}")
_BARE = re.compile(r"[0-9]{1,12}")

_SPECIES = {
    "homo sapiens": "9606", "human": "9606", "mus musculus": "10090", "mouse": "10090",
    "rattus norvegicus": "10116", "rat": "10116", "danio rerio": "7955", "zebrafish": "7955",
    "drosophila melanogaster": "7227", "caenorhabditis elegans": "6239",
    "saccharomyces cerevisiae": "4932", "schizosaccharomyces pombe": "4896",
    "escherichia coli": "562", "arabidopsis thaliana": "3702", "gallus gallus": "9031",
    "xenopus laevis": "8355", "chlorocebus aethiops": "9534", "cricetulus griseus": "10029",
    "canis lupus familiaris": "9615", "macaca mulatta": "9544", "sus scrofa": "9823",
}  # fmt: skip

_DESCRIBED: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "gene_id": (
        (re.compile(r"(ENS[A-Z]{0,4}G[0-9]{11})(?:\.[0-9]+)?"), "ensembl:"),
        (re.compile(r"(Y[A-P][LR][0-9]{3}[WC](?:-[A-Z])?)"), "SGD:"),
        (re.compile(r"(SP[A-Z0-9]+\.[0-9]+c?)"), "PomBase:"),
        (re.compile(r"(FBgn[0-9]{7})"), "FlyBase:"),
        (re.compile(r"(WBGene[0-9]{8})"), "WB:"),
        (re.compile(r"(?:HGNC:)([0-9]+)"), "HGNC:"),
        (re.compile(r"(?:MGI:)([0-9]+)"), "MGI:"),
        (re.compile(r"(?:NCBIGene|GeneID|Entrez)[:_ ]([0-9]+)", re.IGNORECASE), "NCBIGene:"),
    ),
    "pubchem_cid": ((re.compile(r"(?:CID[:_ ]?)?([0-9]+)"), "pubchem.compound:"),),
    "chembl": ((re.compile(r"(CHEMBL[0-9]+)"), "chembl.compound:"),),
    "drugbank": ((re.compile(r"(DB[0-9]{5})"), "drugbank:"),),
    "chebi": ((re.compile(r"(?:CHEBI[:_])?([0-9]+)", re.IGNORECASE), "CHEBI:"),),
    "inchikey": ((re.compile(r"([A-Z]{14}-[A-Z]{10}-[A-Z])"), "inchikey:"),),
    "brd": ((re.compile(r"(BRD-[AKMUW][0-9]{8})(?:-[0-9]{3}-[0-9]{2}-[0-9]+)?"), "brd:"),),
    "cas": ((re.compile(r"([1-9][0-9]{1,6}-[0-9]{2}-[0-9])"), "cas:"),),
    "protein_id": (
        (
            re.compile(r"([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})"),
            "uniprot:",
        ),
    ),
    "transcript": (
        (re.compile(r"([NX][MR]_[0-9]{6,9})(?:\.[0-9]+)?"), "refseq:"),
        (re.compile(r"(ENS[A-Z]{0,4}T[0-9]{11})(?:\.[0-9]+)?"), "ensembl:"),
    ),
    "taxon_id": ((re.compile(r"(?:(?:NCBI)?taxon[:_])?([0-9]+)", re.IGNORECASE), "NCBITaxon:"),),
    "antibody_id": ((re.compile(r"(?:RRID:)?(AB_[0-9]+)"), "RRID:"),),
    "cell_line": ((re.compile(r"(CVCL_[A-Z0-9]{4})"), "cellosaurus:"),),
}
_COMPOUNDS = ("inchikey", "chembl", "drugbank", "brd")
_DESCRIBED["compound_id"] = tuple(form for key in _COMPOUNDS for form in _DESCRIBED[key])
_DESCRIBED["compound"] = _DESCRIBED["reagent"] = _DESCRIBED["compound_id"]


def prefix_of(name: str) -> str:
    """An ontology's prefix, from what a table calls it: `Fbbi` is FBbi; `NCBI Taxonomy` too."""
    name = " ".join(name.split())
    return _CANONICAL.get(name.casefold(), name)


def curie_of(text: str, *, ontology: str = "") -> str:
    """The CURIE that a text is, empty if it is none.

    Understood are `EFO_0001203`, `EFO:0001203`, `obo:FBbi_00000246`, `obo:FBbi:00000246`,
    `NCBI:txid9606`, addresses that end so, and bare numbers where `ontology`, as the table
    calls it, says whose they are. Numbers of another length than the ontology's are none.
    """
    text = text.strip() if len(text) <= _LONGEST else ""
    address = _ADDRESS.fullmatch(text)
    if address is not None:
        candidates = [part for part in (address[2], address[1]) if part]
        return next(filter(None, (curie_of(part) for part in candidates)), "")
    taxon = _TAXON.fullmatch(text)
    if taxon is not None:
        return f"NCBITaxon:{taxon[1]}"
    if _BARE.fullmatch(text):
        return _checked(prefix_of(ontology), text) if ontology else ""
    match = _PREFIXED.fullmatch(text)
    return "" if match is None else _checked(prefix_of(match[1]), match[2])


def described(key: str, text: str, *, ontology: str = "") -> str:
    """The CURIE of an id that says itself what it is, empty if this one does not.

    `key` is the canonical name of its column's key; bare numbers take the column's `ontology`.
    """
    for pattern, prefix in _DESCRIBED.get(key, ()):
        match = pattern.fullmatch(text)
        if match is not None:
            return f"{prefix}{match[1]}"
    return curie_of(text, ontology=ontology) if ontology and _BARE.fullmatch(text) else ""


def contradiction(key: str, text: str, curie: str) -> str:
    """What is wrong between a name and the id given for it, a sentence; empty if nothing is."""
    known = _SPECIES.get(text.casefold()) if key == "organism" else None
    if known is None or not curie.startswith("NCBITaxon:") or curie == f"NCBITaxon:{known}":
        return ""
    return f"{text} is NCBITaxon:{known}, but the table gives {curie} for it: correct one of them."


def _checked(prefix: str, local: str) -> str:
    """The CURIE of a prefix and a local id, empty if this ontology has no such ids."""
    if prefix == "CVCL":
        return f"cellosaurus:CVCL_{local}"
    if prefix not in _DIGITS:
        is_one = _PREFIX.fullmatch(prefix) is not None and _LOCAL.fullmatch(local) is not None
        return f"{prefix}:{local}" if is_one else ""
    digits = _DIGITS[prefix]
    is_one = _BARE.fullmatch(local) is not None and (not digits or len(local) == digits)
    return f"{prefix}:{local}" if is_one else ""
