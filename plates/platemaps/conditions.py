"""What makes the condition of a well: wells that agree in all of it are replicates."""

from typing import Final

CONDITION_KEYS: Final = (
    # What was done.
    "treatment", "compound", "compound_id", "concentration", "amount", "moi", "duration",
    "temperature", "solvent", "reagent", "sirna", "sirna_pool", "shrna", "guide", "orf", "vector",
    "antibody", "polybrene", "gene", "gene_id", "control_type",
    # To what.
    "organism", "strain", "genotype", "allele", "cell_line", "cell_type", "developmental_stage",
    "individual", "pathology", "medium", "density",
)  # fmt: skip
"""Names of known keys. Left out is what tells where, when and by whom, and what was seen."""
