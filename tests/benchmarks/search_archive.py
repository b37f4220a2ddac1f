"""An archive of any size, straight into the tables: what search is measured on.

Its shape is that of a large screening centre: 300 datasets, plates of 384 wells, 30 keys a well (10
constant over a plate, 12 of few values, 6 of many, 2 numeric), names as unequal as in life. Most
plates share their map with others; a share of the datasets never repeats one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5, sha256
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, sql

from plates.ids import uuid7
from plates.platemaps.spelling import folded

ROWS, COLUMNS = 16, 24
WELLS: Final = ROWS * COLUMNS
ALL: Final = "1" * WELLS
CONTROLS: Final = 24

CONSTANT = (
    "organism", "cell_line", "strain", "assay", "instrument", "batch", "replicate",
    "library", "operator", "imaging_method",
)  # fmt: skip
OF_MAP = ("control_type", "solvent", "modality", "density", "timepoint", "antibody", "pathology")
OF_PLATE = ("quality_control", "phenotype")
OF_REAGENT = (
    "compound", "compound_id", "inchikey", "gene", "gene_id", "sirna",
    "moa", "pathway", "protein",
)  # fmt: skip
DOSE, SCORE = "concentration", "zscore"
KEYS = (*CONSTANT, *OF_MAP, *OF_PLATE, *OF_REAGENT, DOSE, SCORE)
TERM_KEYS = (*CONSTANT, *OF_MAP, *OF_PLATE, *OF_REAGENT, DOSE)
TREATMENT = frozenset({*OF_REAGENT, DOSE})

SIZES = {
    **dict.fromkeys(CONSTANT, 40), "cell_line": 150, "organism": 12, "batch": 900,
    **dict.fromkeys(OF_MAP, 12), "control_type": 4, "quality_control": 2, "phenotype": 60,
    "moa": 400, "pathway": 300, "protein": 900, "gene": 20_000, "gene_id": 20_000, DOSE: 24,
}  # fmt: skip

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """How large the archive is."""

    plates: int
    datasets: int = 300
    reagents: int = 200_000
    plates_of_a_map: int = 15
    unrepeated_share: float = 0.1
    """Of the datasets, those whose plates all differ."""
    seed: int = 20_261_126

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many values each key has."""
        return {key: SIZES.get(key, self.reagents) for key in TERM_KEYS}

    @cached_property
    def first(self) -> dict[str, int]:
        """The serial of the first term of each key; the others follow."""
        starts = np.cumsum([1, *(self.sizes[key] for key in TERM_KEYS)])
        return dict(zip(TERM_KEYS, map(int, starts), strict=False))


class Content(NamedTuple):
    """What a layer says: terms at positions, and doses."""

    terms: Mapping[str, Numbers]
    """By key, the term's number at each position; -1 for none."""
    doses: Numbers | None = None


def build(connection: Connection, plan: Plan) -> None:
    """Fill an empty catalog; the datasets are there already, with serials from 1."""
    with connection.cursor() as cursor:
        # The rows fit each other: asking for each would be most of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
    for table, columns, rows in (
        ("plates_key", KEY_COLUMNS, key_rows()),
        ("plates_term", TERM_COLUMNS, term_rows(plan)),
    ):
        copy(connection, table, columns, rows)
    _Builder(connection, plan).build()
    for statement in AFTERWARDS:
        connection.execute(statement)
    connection.execute("SET session_replication_role = DEFAULT")
    connection.commit()


KEY_COLUMNS = ("serial", "name", "folded", "title", "kind", "family")
TERM_COLUMNS = ("serial", "key_id", "text", "folded", "digest", "curie", "number", "unit")


def key_rows() -> Iterator[tuple[object, ...]]:
    """The keys, numbered from 1."""
    for number, key in enumerate(KEYS, 1):
        kind = {DOSE: "quantity", SCORE: "readout"}.get(key, "term")
        family = "treatment" if key in TREATMENT else ""
        yield number, key, folded(key), key.replace("_", " "), kind, family


def term_rows(plan: Plan) -> Iterator[tuple[object, ...]]:
    """The terms of all keys, numbered from 1."""
    serial = 0
    for key in TERM_KEYS:
        for number in range(plan.sizes[key]):
            serial += 1
            text = value_text(key, number)
            dose = dose_of(number) if key == DOSE else None
            unit = "mol/L" if key == DOSE else ""
            digest = md5(text.encode(), usedforsecurity=False).digest()
            yield serial, key_number(key), text, folded(text)[:200], digest, "", dose, unit


def key_number(key: str) -> int:
    """The serial of a key."""
    return KEYS.index(key) + 1


def value_text(key: str, number: int) -> str:
    """How the n-th value of a key reads."""
    if key == DOSE:
        return f"{dose_of(number) * 1e6:.4g} uM"
    if key == "control_type":
        return ("treated", "negative control", "positive control", "no treatment")[number % 4]
    if key == "quality_control":
        return ("pass", "fail")[number % 2]
    letters = sha256(f"{key}{number}".encode()).hexdigest()[:5]
    return f"{key[:4]}-{letters}{number}"


def dose_of(number: int) -> float:
    """The n-th dose, in mol/L: threefold steps from 1 nM on."""
    return float(f"{1e-9 * 3 ** (number / 2):.4g}")


def copy(
    connection: Connection,
    table: str,
    columns: Iterable[str],
    rows: Iterable[tuple[object, ...]],
) -> None:
    """Rows into a table."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


class _Builder:
    """Makes plates one after the other, a few hundred at a time."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.connection = connection
        self.plan = plan
        self.random = np.random.default_rng(plan.seed)
        weights = 1 / (np.arange(plan.reagents) + 20)
        self.weights = np.cumsum(weights / weights.sum())
        self.layers: dict[bytes, int] = {}
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}

    def build(self) -> None:
        """All plates, dataset by dataset."""
        shares = self.random.dirichlet(np.full(self.plan.datasets, 0.7))
        sizes = np.maximum(1, np.round(shares * self.plan.plates)).astype(int)
        sizes[0] = max(1, sizes[0] + self.plan.plates - int(sizes.sum()))
        carrier = 0
        for scope, size in enumerate(map(int, sizes), 1):
            self.rows["plates_platemap"].append(plate_map_row(scope))
            repeats = self.random.random() >= self.plan.unrepeated_share
            ways = self.ways_of_dataset()
            for number in range(size):
                if not repeats or number % self.plan.plates_of_a_map == 0:
                    drawn = self.drawn_map()
                    varies = self.random.random() < 0.3
                carrier += 1
                self.add_plate(carrier, scope, drawn, varies=varies, ways=ways)
                if carrier % 200 == 0:
                    self.flush()
        self.flush()

    def ways_of_dataset(self) -> dict[str, int]:
        """Values that a dataset uses throughout."""
        return {key: int(self.random.integers(self.plan.sizes[key])) for key in CONSTANT}

    def drawn_map(self) -> tuple[Numbers, Numbers]:
        """The reagent and the dose in each well of a new map; reagent -1: a negative control."""
        reagents = np.searchsorted(self.weights, self.random.random(WELLS)).astype(np.int64)
        places = self.random.permutation(WELLS)[:CONTROLS]
        reagents[places[: CONTROLS // 2]] = -1
        reagents[places[CONTROLS // 2 :]] = 0
        return reagents, self.random.integers(SIZES[DOSE], size=WELLS)

    def add_plate(
        self,
        carrier: int,
        scope: int,
        drawn: tuple[Numbers, Numbers],
        *,
        varies: bool,
        ways: Mapping[str, int],
    ) -> None:
        """One plate with everything that hangs on it."""
        reagents, doses = drawn
        if varies:
            doses = (doses + carrier % 3) % SIZES[DOSE]
        constants = dict(ways)
        constants["batch"] = carrier // 40 % SIZES["batch"]
        constants["replicate"] = carrier % 4
        constants["cell_line"] = (ways["cell_line"] + (carrier % 3)) % SIZES["cell_line"]
        terms = self.terms_of(reagents, doses, carrier)
        contents = [Content({key: terms[key] for key in (*OF_REAGENT, DOSE)}, doses)]
        contents += [Content({key: terms[key]}) for key in (*OF_MAP, *OF_PLATE)]
        for content in contents:
            layer = self.layer_of(content)
            self.rows["plates_carrierlayer"].append((layer, scope, carrier))
        self.add_carrier(carrier, scope, constants)
        self.add_rows(carrier, scope, constants, terms)

    def terms_of(self, reagents: Numbers, doses: Numbers, carrier: int) -> dict[str, Numbers]:
        """The term at each position, by key; -1 for none."""
        treated = reagents >= 0
        found = {}
        for key in OF_REAGENT:
            spread = (reagents * 7919) % self.plan.sizes[key] if key in SIZES else reagents
            found[key] = np.where(treated, self.plan.first[key] + spread, -1)
        found[DOSE] = np.where(treated, self.plan.first[DOSE] + doses, -1)
        kind = np.where(reagents < 0, 1, np.where(reagents == 0, 2, 0))
        found["control_type"] = self.plan.first["control_type"] + kind
        seed = int(reagents.sum()) % 10_007
        for key in OF_MAP[1:]:
            spread = (np.arange(WELLS) // COLUMNS + seed) % SIZES[key]
            found[key] = self.plan.first[key] + spread
        failed = self.random.random(WELLS) < 0.03
        found["quality_control"] = self.plan.first["quality_control"] + failed.astype(np.int64)
        shown = self.random.random(WELLS) < 0.08
        phenotypes = self.random.integers(SIZES["phenotype"], size=WELLS)
        found["phenotype"] = np.where(shown, self.plan.first["phenotype"] + phenotypes, -1)
        return found

    def layer_of(self, content: Content) -> int:
        """The layer that says this, made if it is new."""
        digest = sha256(b"".join(content.terms[key].tobytes() for key in content.terms)).digest()
        known = self.layers.get(digest)
        if known is not None:
            return known
        layer = self.layers[digest] = len(self.layers) + 1
        self.rows["plates_layer"].append((layer, digest, WELLS))
        for key, numbers in content.terms.items():
            self.add_masks(layer, key, numbers)
        if content.doses is not None:
            self.add_doses(layer, content.doses, content.terms[DOSE])
        return layer

    def add_masks(self, layer: int, key: str, numbers: Numbers) -> None:
        """The masks of one key."""
        order = np.argsort(numbers, kind="stable")
        cuts = np.flatnonzero(np.diff(numbers[order])) + 1
        for positions in np.split(order, cuts):
            term = int(numbers[positions[0]])
            if term < 0:
                continue
            single = len(positions) == 1
            bits = None if single else bits_at(positions)
            where = int(positions[0]) if single else -len(positions)
            self.rows["plates_mask"].append((term, layer, key_number(key), 0, where, bits))

    def add_doses(self, layer: int, doses: Numbers, terms: Numbers) -> None:
        """The numbers of a layer."""
        for position in np.flatnonzero(terms >= 0):
            number = dose_of(int(doses[position]))
            row = (key_number(DOSE), layer, "mol/L", number, int(position), 0)
            self.rows["plates_quantity"].append(row)

    def add_carrier(self, carrier: int, scope: int, constants: Mapping[str, int]) -> None:
        """The carrier, its plate, what is constant, its layout and its readout."""
        self.rows["plates_carrier"].append((carrier, "plate", scope, WELLS, ALL))
        name = f"P{scope:03d}-{carrier:06d}"
        plate = (carrier, uuid7(), scope, carrier, name, f"BC{carrier:08d}", "", ROWS, COLUMNS)
        self.rows["plates_plate"].append((*plate, [], [], WELLS, "2026-11-26"))
        for key, number in constants.items():
            term = self.plan.first[key] + number
            self.rows["plates_carrierterm"].append((term, key_number(key), scope, carrier))
        self.rows["plates_fieldmask"].append((scope % 7 + 1, scope, carrier, ALL))
        scores = np.round(self.random.normal(size=WELLS), 3)
        low, high = float(scores.min()), float(scores.max())
        row = (key_number(SCORE), scope, carrier, scores.tolist(), low, high)
        self.rows["plates_readout"].append(row)

    def add_rows(
        self,
        carrier: int,
        scope: int,
        constants: Mapping[str, int],
        terms: Mapping[str, Numbers],
    ) -> None:
        """The annotation rows, the truth of all that."""
        same = [self.plan.first[key] + constants[key] for key in CONSTANT]
        keys = (*OF_MAP, *OF_PLATE, *OF_REAGENT, DOSE)
        table = np.stack([terms[key] for key in keys], axis=1).tolist()
        first = list(range(len(CONSTANT)))
        for position, row in enumerate(table):
            there = [(at, term) for at, term in enumerate(row, len(CONSTANT)) if term >= 0]
            columns = first + [at for at, _ in there]
            values = same + [term for _, term in there]
            self.rows["plates_annotationrow"].append(
                (scope, carrier, position, [position + 2], columns, values, [], [])
            )

    def flush(self) -> None:
        """Write what was gathered."""
        for table, columns in TABLES.items():
            if self.rows[table]:
                copy(self.connection, table, columns.split(), self.rows[table])
                self.rows[table].clear()


def bits_at(positions: NDArray[np.intp]) -> str:
    """A mask as text."""
    letters = np.full(WELLS, b"0", dtype="S1")
    letters[positions] = b"1"
    return letters.tobytes().decode()


def plate_map_row(scope: int) -> tuple[object, ...]:
    """One applied plate map for each dataset."""
    columns = [{"key": key} for key in TERM_KEYS]
    mapping = json.dumps({"columns": columns})
    day = "2026-11-26"
    return (scope, uuid7(), scope, "applied", "table", f"{scope:064d}", "", "[]", mapping, False,
            "{}", "{}", 0, 0, scope, "", "bench", day, day)  # fmt: skip


TABLES: Final = {
    "plates_platemap": "serial id scope state format digest plate_name tables mapping edited report filled row_count "
    "placed_count turn refusal imported_by created_at applied_at",
    "plates_layer": "serial digest positions",
    "plates_mask": "term_id layer_id key_id group position bits",
    "plates_quantity": "key_id layer_id unit number position group",
    "plates_carrier": "id kind scope positions occupied",
    "plates_plate": "serial id scope carrier_id name barcode batch rows columns row_names "
    "column_names well_count created_at",
    "plates_carrierlayer": "layer_id scope carrier_id",
    "plates_carrierterm": "term_id key_id scope carrier_id",
    "plates_fieldmask": "layout_id scope carrier_id bits",
    "plates_readout": "key_id scope carrier_id numbers lowest highest",
    "plates_annotationrow": "plate_map_id carrier_id position rows columns terms "
    "text_columns texts",
}
"""The tables in the order in which they are filled, with their columns."""

AFTERWARDS: Final = (
    """
    INSERT INTO plates_well (plate_id, "row", "column", label, position, present)
    SELECT p.serial, n / 24, n % 24, chr(65 + n / 24) || lpad((n % 24 + 1)::text, 2, '0'), n, TRUE
      FROM plates_plate p CROSS JOIN generate_series(0, 383) n
    """,
    """
    INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
    SELECT key_id, scope, term_id, count(*) * 384 FROM plates_carrierterm GROUP BY 1, 2, 3
    UNION ALL
    SELECT m.key_id, k.scope, m.term_id, sum(CASE WHEN m.position >= 0 THEN 1 ELSE -m.position END)
      FROM plates_mask m JOIN plates_carrierlayer k USING (layer_id) GROUP BY 1, 2, 3
    """,
    *(f"ANALYZE {table}" for table in ("plates_well", "plates_termscope", "plates_term", *TABLES)),
)
