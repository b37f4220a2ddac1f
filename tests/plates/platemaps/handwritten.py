"""What a curator says each column of the corpus becomes, written without looking at proposals.

Only headers are repeated here: what they mean is ours. A column that is not listed says nothing.
"""

from typing import NamedTuple

from plates.platemaps.mappings import ColumnKind


class Meant(NamedTuple):
    """What a column is for: of a neighbour, `of` is the header it speaks of."""

    kind: ColumnKind
    key: str = ""
    unit: str = ""
    group: int = 0
    of: str = ""


def term(key: str, group: int = 0) -> Meant:
    return Meant(ColumnKind.TERM, key, group=group)


def quantity(key: str, unit: str = "") -> Meant:
    return Meant(ColumnKind.QUANTITY, key, unit)


def readout(key: str) -> Meant:
    return Meant(ColumnKind.READOUT, key)


def curie(of: str) -> Meant:
    return Meant(ColumnKind.CURIE, of=of)


def ontology(of: str) -> Meant:
    return Meant(ColumnKind.ONTOLOGY, of=of)


PLATE = Meant(ColumnKind.PLATE)
WELL = Meant(ColumnKind.WELL)
JOIN = Meant(ColumnKind.JOIN)

ORGANISM = "Characteristics [Organism]"
CELL_LINE = "Characteristics [Cell Line]"

_IDR = {
    "Plate": PLATE,
    "Well": WELL,
    ORGANISM: term("organism"),
    "Term Source 1 REF": ontology(ORGANISM),
    "Term Source 1 Accession": curie(ORGANISM),
    "Reagent Design Gene Annotation Build": term("reagent_gene_build"),
    "Analysis Gene Annotation Build": term("analysis_gene_build"),
    "Gene Identifier": term("gene_id"),
    "Gene Symbol": term("gene"),
    "Gene Symbol Synonyms": term("gene_synonym"),
    "Gene Annotation Comments": term("gene_comment"),
    "Control Type": term("control_type"),
    "Control Comments": term("control_comment"),
    "Channels": term("channels"),
    "Has Phenotype": term("has_phenotype"),
    "Phenotype Annotation Level": term("phenotype_level"),
}
_STRAIN = {"Characteristics [Strain]": term("strain")}
_CELLS = {
    CELL_LINE: term("cell_line"),
    "Term Source 2 REF": ontology(CELL_LINE),
    "Term Source 2 Accession": curie(CELL_LINE),
}


def _phenotypes(*parts: str) -> dict[str, Meant]:
    """`1` and `1ab`: the number of a phenotype, and the letters of its several terms."""
    meant: dict[str, Meant] = {}
    for part in parts:
        number = part.rstrip("ab")
        name, group = f"Phenotype {number}", int(number)
        meant[name] = term("phenotype", group)
        for letter in [f" {letter}" for letter in part.removeprefix(number)] or [""]:
            meant[f"{name} Term Name{letter}"] = term("phenotype_term", group)
            meant[f"{name} Term Accession{letter}"] = curie(name)
    return meant


def _own(*headers: str) -> dict[str, Meant]:
    return {header: readout(header) for header in headers}


IDR0001 = (
    _IDR
    | _STRAIN
    | {
        "Replicate Group": term("replicate"),
        "Plate Issues": term("plate_comment"),
    }
)
IDR0011 = (
    _IDR
    | _STRAIN
    | _phenotypes("1")
    | {
        "Temperature Sensitive Allele": term("allele"),
        "Comments": term("comment"),
        "In Final Gene Hit List": term("hit"),
    }
)
IDR0020 = (
    _IDR
    | _CELLS
    | _phenotypes("1", "2")
    | {
        "Experimental Condition [RNA interference]": term("rna_interference"),
        "siRNA Pool Identifier": term("sirna_pool"),
        "siRNA Sequences": term("sequence"),
        "RefSeq Accession": term("transcript"),
        "RefSeq GI Number": term("refseq_gi"),
        "ch-TOG Multipolar Spindle Phenotype Hit": term("ch-TOG Multipolar Spindle Phenotype Hit"),
    }
    | _own(
        "Percentage multipolar spindle - Z-score",
        "Average no. of spindle poles per cell per well - Z-score",
        "Cell number - Z-score",
        "Mitotic Index - Z-score",
        "Percentage Multinucleate - Z-score",
    )
)
IDR0028 = (
    _IDR
    | _phenotypes("1ab", "2", "3ab", "4", "5ab", "6", "7", "8", "9")
    | {
        CELL_LINE: term("cell_line"),
        "Characteristics Comments": term("sample_comment"),
        "siRNA Pool Identifier": term("sirna_pool"),
        "siRNA Library Name": term("library"),
        "RefSeq Locus": term("transcript"),
        "RefSeq GI Number": term("refseq_gi"),
        "Quality Control": term("quality_control"),
        "Quality Control Comments": term("quality_comment"),
        "Comments": term("comment"),
    }
    | _own(
        "Z-score (Spindly)",
        "Z-score (Large, spread)",
        "Z-score (Triangular)",
        "Z-score (Fan)",
        "Z-score (Round, small)",
        "Z-score (High nuclear YAP/TAZ)",
        "Z-score (Low nuclear YAP/TAZ)",
        "Z-score (High total YAP/TAZ)",
        "Z-score (Low total YAP/TAZ)",
    )
)
IDR0035 = (
    _IDR
    | _CELLS
    | {
        "Replicate": term("replicate"),
        "Batch": term("batch"),
        "Compound Name": term("compound"),
        "Dose": quantity("concentration"),
        "Compound SMILES": term("smiles"),
        "Compound MOA (from Ljosa et al, 2013)": term("moa"),
    }
)
IDR0080 = (
    _IDR
    | _CELLS
    | {
        "Reagent Identifier": term("reagent"),
        "Sense Sequence": term("sequence"),
        "Antisense Sequence": term("antisense_sequence"),
        "Comment [Image]": term("comment"),
    }
)
PLATES_TSV = {"1": PLATE, "2": Meant(ColumnKind.TEXT, "path")}

BARCODES = {"Assay_Plate_Barcode": PLATE, "Plate_Map_Name": term("plate_map")}
PRODUCTION = BARCODES | {
    "Batch": term("batch"),
    "Type": term("plate_type"),
    "Anomaly": term("anomaly"),
    "Density": quantity("density"),
    "Polybrene": term("polybrene"),
}
TARGET_MAP = {"well_position": WELL, "broad_sample": term("reagent"), "solvent": term("solvent")}
_CONTROLS = {
    "broad_sample": JOIN,
    "pert_type": term("control_type"),
    "control_type": term("control_type"),
}
COMPOUNDS = _CONTROLS | {
    "InChIKey": term("inchikey"),
    "pert_iname": term("compound"),
    "pubchem_cid": term("pubchem_cid"),
    "target_list": term("target"),
    "smiles": term("smiles"),
    "InChI": term("inchi"),
}
GUIDES = _CONTROLS | {
    "gene": term("gene"),
    "target_sequence": term("sequence"),
    "negcon_control_type": term("control_comment"),
}
ORFS = _CONTROLS | {
    "gene": term("gene"),
    "5'_flank_seq": term("flank_5"),
    "target_matching_region_seq": Meant(ColumnKind.TEXT, "sequence"),
    "3'_flank_seq": term("flank_3"),
}
JUMP_PLATES = {
    "Metadata_Source": term("source"),
    "Metadata_Batch": term("batch"),
    "Metadata_Plate": JOIN,
    "Metadata_PlateType": term("plate_type"),
}
JUMP_ORF = {
    "Metadata_JCP2022": JOIN,
    "Metadata_broad_sample": term("reagent"),
    "Metadata_Name": term("orf"),
    "Metadata_Vector": term("vector"),
    "Metadata_Transcript": term("transcript"),
    "Metadata_Symbol": term("gene"),
    "Metadata_NCBI_Gene_ID": term("gene_id"),
    "Metadata_Taxon_ID": term("taxon_id"),
    "Metadata_Gene_Description": term("gene_description"),
    "Metadata_Prot_Match": quantity("protein_match"),
    "Metadata_Insert_Length": quantity("insert_length"),
    "Metadata_pert_type": term("control_type"),
}
JUMP_CRISPR = {
    "Metadata_JCP2022": JOIN,
    "Metadata_NCBI_Gene_ID": term("gene_id"),
    "Metadata_Symbol": term("gene"),
}
JUMP_SOURCES = {"Metadata_Compound_Source": term("source"), "Metadata_JCP2022": JOIN}
JUMP_CONTROLS = {
    "Metadata_JCP2022": JOIN,
    "Metadata_pert_type": term("control_type"),
    "Metadata_Name": term("Name"),
    "Metadata_modality": term("modality"),
}
JUMP_WELLS = {
    "Metadata_Source": term("source"),
    "Metadata_Plate": PLATE,
    "Metadata_Well": WELL,
    "Metadata_JCP2022": term("jcp2022"),
}
MIHCSME_EMPTY = {
    "Plate": PLATE,
    "Well": WELL,
    "Treatment": term("treatment"),
    "Dose": quantity("concentration"),
    "DoseUnit": Meant(ColumnKind.UNIT, of="Dose"),
    "CellLine": term("cell_line"),
    "TimeTreatment": quantity("duration"),
    "ReplID": term("replicate"),
    "remarks": term("comment"),
}
MIHCSME_FILLED = {
    "Plate": PLATE,
    "Well": WELL,
    "Treatment": term("treatment"),
    "Concentration": quantity("concentration"),
    "Unit": Meant(ColumnKind.UNIT, of="Concentration"),
    "CellLine": term("cell_line"),
    "TimeTreatment": quantity("duration"),
    "RepID": term("replicate"),
}
NOTHING: dict[str, Meant] = {}
