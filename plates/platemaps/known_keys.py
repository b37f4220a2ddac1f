"""The keys that are known: one table, from which headers are read and the documentation is made."""

from collections.abc import Mapping

from plates.platemaps.keys import Family, Key, KeyKind
from plates.platemaps.spelling import folded
from plates.platemaps.units import (
    ABSORBED_DOSE,
    ACTIVITY,
    ACTIVITY_PER_VOLUME,
    AMOUNT,
    INTERNATIONAL,
    INTERNATIONAL_PER_VOLUME,
    MASS,
    MASS_PER_VOLUME,
    MOLAR,
    RATIO,
    TEMPERATURE,
    TIME,
    VOLUME,
    Dimension,
)

_LONGEST_NAME = 255


def _treatment(name: str, title: str, *spellings: str) -> Key:
    return Key(name, title, family=Family.TREATMENT, spellings=spellings)


def _term(name: str, title: str, *spellings: str) -> Key:
    return Key(name, title, spellings=spellings)


def _quantity(
    name: str,
    title: str,
    dimensions: tuple[Dimension, ...],
    *spellings: str,
    family: Family = Family.NONE,
) -> Key:
    names = tuple(dimension.name for dimension in dimensions)
    return Key(name, title, KeyKind.QUANTITY, family, names, spellings)


_DOSES = (
    MOLAR,
    MASS_PER_VOLUME,
    RATIO,
    AMOUNT,
    MASS,
    VOLUME,
    ACTIVITY_PER_VOLUME,
    ACTIVITY,
    INTERNATIONAL_PER_VOLUME,
    INTERNATIONAL,
    ABSORBED_DOSE,
)

KNOWN_KEYS = (
    # What was done to the cells.
    _treatment("treatment", "Treatment", "condition", "experimental condition", "stimulus",
               "stimulation", "perturbation", "perturbagen", "intervention"),
    _treatment("compound", "Compound", "compound name", "drug", "drug name", "pert iname",
               "pert name", "chemical", "chemical name", "small molecule", "molecule",
               "compound common name", "inhibitor", "ligand"),
    _treatment("compound_id", "Compound id", "compound identifier", "drug id", "cpd id", "cmpd id",
               "catalog number", "catalogue number", "cat no", "supplier id", "vendor id"),
    _treatment("compound_comment", "Compound comment", "compound comments"),
    _treatment("cas", "CAS number", "cas no", "cas rn", "cas registry number"),
    _treatment("inchikey", "InChIKey", "inchi key", "standard inchikey"),
    _treatment("inchi", "InChI", "standard inchi"),
    _treatment("smiles", "SMILES", "canonical smiles", "isomeric smiles", "structure smiles"),
    _treatment("pubchem_cid", "PubChem CID", "pubchem", "pubchem id", "pubchem compound", "cid"),
    _treatment("chembl", "ChEMBL id", "chembl compound", "chembl compound id"),
    _treatment("drugbank", "DrugBank id", "drug bank", "drugbank accession"),
    _treatment("chebi", "ChEBI id"),
    _treatment("jcp2022", "JUMP id", "jcp id", "jump compound id"),
    _quantity("concentration", "Concentration", _DOSES, "dose", "conc", "final concentration",
              "final conc", "compound concentration", "compound dose", "drug concentration",
              "drug dose", "treatment concentration", "treatment dose", "concentrations", "doses",
              family=Family.TREATMENT),
    _quantity("amount", "Amount", (AMOUNT, MASS, VOLUME), "sirna amount",
              "transfer volume", family=Family.TREATMENT),
    _quantity("moi", "Multiplicity of infection", (RATIO,), "multiplicity of infection", family=Family.TREATMENT),
    _quantity("duration", "Duration", (TIME,), "time", "time point", "incubation time",
              "incubation", "treatment time", "time treatment", "treatment duration",
              "exposure duration", "time of treatment", family=Family.TREATMENT),
    _quantity("temperature", "Temperature", (TEMPERATURE,), "temp", "incubation temperature"),
    _treatment("solvent", "Solvent", "vehicle", "diluent"),
    _treatment("reagent", "Reagent", "reagent identifier", "reagent id", "reagent name",
               "broad sample", "broad id", "pert id"),
    _treatment("sirna", "siRNA", "sirna identifier", "sirna id", "sirna name", "oligo",
               "dsrna", "dsrna identifier", "rnai", "rnai reagent"),
    _treatment("sirna_pool", "siRNA pool", "sirna pool identifier", "sirna pool id", "pool id"),
    _treatment("rna_interference", "RNA interference", "rna interference"),
    _treatment("shrna", "shRNA", "shrna identifier", "shrna id", "trc id"),
    _treatment("guide", "CRISPR guide", "crispr", "crispr guide", "guide id", "guide identifier",
               "guide rna", "sgrna", "sgrna id", "grna", "grna id", "sgrna identifier"),
    _treatment("orf", "ORF", "orf identifier", "orf id", "orf name"),
    _treatment("vector", "Vector", "plasmid", "construct", "plasmid name"),
    _treatment("transcript", "Transcript", "refseq accession", "refseq locus", "refseq",
               "transcript id", "refseq id"),
    _treatment("refseq_gi", "RefSeq GI number", "gi number"),
    _treatment("sequence", "Sequence", "sense sequence", "target sequence", "sirna sequence",
               "sirna sequences", "sgrna sequence", "guide sequence", "shrna sequence",
               "target matching region seq", "barcode sequence"),
    _treatment("antisense_sequence", "Antisense sequence", "anti sense sequence"),
    _treatment("flank_5", "5' flank", "5 flank seq", "5 flank sequence"),
    _treatment("flank_3", "3' flank", "3 flank seq", "3 flank sequence"),
    _quantity("insert_length", "Insert length", (), family=Family.TREATMENT),
    _quantity("protein_match", "Protein match", (), "prot match", family=Family.TREATMENT),
    _treatment("modality", "Modality", "perturbation modality"),
    _treatment("library", "Library", "library name", "sirna library name", "sirna library",
               "compound library", "compound library name"),
    _treatment("supplier", "Supplier", "vendor", "manufacturer", "compound supplier",
               "reagent supplier", "sirna supplier"),
    _treatment("antibody", "Antibody", "antibody name", "primary antibody"),
    _treatment("antibody_id", "Antibody id", "antibody identifier", "hpa id", "rrid"),
    _treatment("protein", "Protein", "protein name", "protein symbol"),
    _treatment("protein_id", "Protein id", "protein identifier", "uniprot", "uniprot id",
               "uniprot accession"),
    _treatment("target", "Target", "target list", "targets", "compound target", "drug target"),
    _treatment("moa", "Mechanism of action", "mode of action", "compound moa", "compound class",
               "mechanism"),
    # Genes.
    _treatment("gene", "Gene", "gene symbol", "symbol", "gene name", "target gene",
               "target gene symbol", "hgnc symbol", "official symbol", "gene symbols"),
    _treatment("gene_id", "Gene id", "gene identifier", "ncbi gene id", "ncbi gene", "entrez id",
               "entrez gene id", "entrez gene", "ensembl id", "ensembl gene id", "ensembl gene",
               "locus tag", "systematic name", "sgd id", "pombase id", "hgnc id", "locus id",
               "gene accession"),
    _treatment("gene_synonym", "Gene synonyms", "gene symbol synonyms", "gene aliases", "synonyms"),
    _treatment("gene_description", "Gene description", "gene title", "gene full name"),
    _treatment("gene_comment", "Gene annotation comment", "gene annotation comments"),
    _treatment("reagent_gene_build", "Gene annotation build of the reagent",
               "reagent design gene annotation build"),
    _treatment("analysis_gene_build", "Gene annotation build of the analysis",
               "analysis gene annotation build"),
    _treatment("go_biological_process", "GO biological process", "go process"),
    _treatment("go_molecular_function", "GO molecular function", "go function"),
    _treatment("go_cellular_component", "GO cellular component", "go component"),
    # Which wells are compared with which.
    _treatment("control_type", "Control type", "control", "control types", "pert type",
               "well type", "well role", "control status", "perturbation type", "sample type"),
    _treatment("control_as_written", "Control as written"),
    _treatment("control_comment", "Control comment", "control comments", "negcon control type",
               "control description"),
    # The cells.
    _term("organism", "Organism", "species", "host organism", "organism name", "taxon",
          "organisms"),
    _term("taxon_id", "Taxon id", "ncbi taxon id", "taxonomy id", "ncbi taxonomy id", "tax id"),
    _term("organism_part", "Organism part", "tissue", "organ", "anatomical part"),
    _term("strain", "Strain", "background strain", "strain name"),
    _term("genotype", "Genotype", "genetic background"),
    _term("allele", "Allele", "temperature sensitive allele"),
    _term("cell_line", "Cell line", "cell line name", "cell lines", "cell line id"),
    _term("cell_type", "Cell type", "cell type name"),
    _term("sample_comment", "Sample comment", "characteristics comments"),
    _term("developmental_stage", "Developmental stage", "stage", "life stage"),
    _term("sex", "Sex", "gender"),
    _term("age", "Age", "donor age"),
    _term("individual", "Individual", "donor", "donor id", "patient", "patient id"),
    _term("pathology", "Pathology", "disease", "disease state", "diagnosis"),
    _term("pathology_id", "Pathology id", "pathology identifier", "disease id"),
    _term("passage", "Passage", "passage number", "passage no"),
    _term("medium", "Medium", "culture medium", "growth medium", "media", "cell culture medium"),
    _quantity("density", "Density", (), "cell density", "seeding density", "plating density",
              "cells per well", "cell seeding density"),
    _treatment("polybrene", "Polybrene"),
    # What was seen.
    _term("phenotype", "Phenotype", "phenotypes", "phenotype name"),
    _term("phenotype_term", "Phenotype term", "phenotype term name"),
    _term("has_phenotype", "Has phenotype"),
    _term("phenotype_level", "Phenotype annotation level", "phenotype level"),
    _term("hit", "Hit", "in final gene hit list", "is hit", "hit list", "hit status"),
    _term("quality_control", "Quality control", "qc", "qc status", "qc flag",
          "qc pass", "passed qc"),
    _term("quality_comment", "Quality comment", "quality control comments", "qc comment",
          "qc comments", "quality control comment"),
    _term("anomaly", "Anomaly", "anomalies"),
    _term("comment", "Comment", "comments", "remark", "remarks", "note", "notes", "image comment",
          "well comment", "well comments"),
    Key("cell_count", "Cell count", KeyKind.READOUT,
        spellings=("number of cells", "cell number", "count cells", "nuclei count",
                   "number of nuclei")),
    # How it was imaged, and where it belongs.
    _term("channels", "Channels", "channel", "stains", "staining", "dyes", "fluorophores"),
    _term("imaging_method", "Imaging method", "microscopy method", "imaging technique"),
    _term("annotation_method", "Annotation method"),
    _term("microscope", "Microscope", "microscope name", "instrument"),
    _term("batch", "Batch", "batch id", "batch name", "experiment batch"),
    _term("replicate", "Replicate", "replicate id", "replicate number", "rep", "repl id", "rep id",
          "replicate group", "biological replicate", "technical replicate", "replicates"),
    _term("plate_comment", "Plate comment", "plate issues", "plate comments"),
    _term("plate_map", "Plate map", "plate map name", "platemap", "layout", "layout name",
          "plate layout", "library plate"),
    _term("plate_type", "Plate type", "assay type"),
    Key("plate_well", "Plate and well", KeyKind.TEXT, spellings=("plate well id",)),
    _term("source", "Source", "compound source", "site name", "data source", "laboratory"),
    _term("acquisition", "Acquisition", "acquisition id", "cycle", "imaging round"),
    # What a study is about, where a table repeats it in each row.
    _term("study", "Study", "study accession", "project", "project name", "study id"),
    _term("study_type", "Study type"),
    _term("screen", "Screen", "screen name", "screen number"),
    _term("screen_type", "Screen type"),
    _term("screen_technology", "Screen technology", "screen technology type"),
    _term("publication_title", "Publication title", "study publication title"),
    _term("publication_authors", "Publication authors", "authors", "author list"),
    _term("license", "Licence", "license", "study license"),
    _term("year", "Year", "publication year"),
)  # fmt: skip
"""In the order in which people think of them."""

KEYS_BY_NAME = {key.name: key for key in KNOWN_KEYS}
_NAMES = {folded(name): name for name in KEYS_BY_NAME}


def canonical(name: str) -> str:
    """The name of the known key that is meant but for case and separators; else as it is."""
    return _NAMES.get(folded(name), name)


def _compact(spelling: str) -> str:
    return folded(spelling).replace(" ", "")


_BY_SPELLING = {
    _compact(spelling): key
    for key in KNOWN_KEYS
    for spelling in (key.name, key.title, *key.spellings)
}


def key_of(header: str, aliases: Mapping[str, str]) -> Key | None:
    """The key that a folded header means, None if nobody knows it.

    `aliases` are an institute's own: folded spelling -> canonical name; they come before what is
    known here, and may name a key that is not. Blanks do not count: `cellline` is `cell line`.
    """
    own = aliases.get(header)
    if own is not None:
        return KEYS_BY_NAME.get(canonical(own)) or named_after(own)
    return _BY_SPELLING.get(header.replace(" ", ""))


def named_after(header: str) -> Key:
    """The key of a column that nobody knows: its own header."""
    name = header.strip()[:_LONGEST_NAME]
    return Key(name=name, title=name)
