"""Plates of the archive, one after the other, with all that hangs on each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from psycopg import Connection

from plates.ids import uuid7
from plates.platemaps.decades import decade_of
from plates.platemaps.layers import mask_at
from tests.benchmarks.archive.contents import Content, Drawing, DrawnMap, Numbers, bits_at
from tests.benchmarks.archive.plan import (
    COLUMNS,
    CONSTANT,
    DOSE,
    LAYOUTS,
    OF_MAP,
    OF_PLATE,
    OF_REAGENT,
    ROWS,
    SCORE,
    SIZES,
    WELLS,
    Plan,
    key_number,
    occupied_on,
    verdict_on,
)
from tests.benchmarks.archive.tables import TABLES, copy
from tests.benchmarks.archive.values import UNIT, dose_of

DAY: Final = "2026-11-26"
PLATES_AT_ONCE: Final = 100


class PlateBuilder:
    """Makes plates, some hundred at a time."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self.connection = connection
        self.plan = plan
        self.random = np.random.default_rng(plan.seed)
        self.drawing = Drawing(plan, self.random)
        self.layers: dict[bytes, int] = {}
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}

    def build(self) -> None:
        """All plates, dataset by dataset."""
        shares = self.random.dirichlet(np.full(self.plan.datasets, 0.7))
        sizes = np.maximum(1, np.floor(shares * self.plan.plates)).astype(int)
        sizes[int(sizes.argmax())] += self.plan.plates - int(sizes.sum())
        carrier = 0
        for scope, size in enumerate(map(int, sizes), 1):
            repeats = self.random.random() >= self.plan.unrepeated_share
            ways = self.drawing.ways_of_dataset()
            for number in range(size):
                if not repeats or number % self.plan.plates_of_a_map == 0:
                    drawn = self.drawing.map()
                    varies = self.random.random() < 0.3
                carrier += 1
                self.add_plate(carrier, scope, drawn, varies=varies, ways=ways)
                if carrier % PLATES_AT_ONCE == 0:
                    self.flush()
        self.flush()

    def add_plate(
        self,
        carrier: int,
        scope: int,
        drawn: DrawnMap,
        *,
        varies: bool,
        ways: Mapping[str, int],
    ) -> None:
        """One plate with everything that hangs on it."""
        doses = (drawn.doses + carrier % 3) % SIZES[DOSE] if varies else drawn.doses
        constants = dict(ways)
        constants["batch"] = carrier // 40 % SIZES["batch"]
        constants["replicate"] = carrier % 4
        constants["cell_line"] = (ways["cell_line"] + (carrier % 3)) % SIZES["cell_line"]
        terms = self.drawing.terms_of(drawn, doses)
        contents = [Content({key: terms[key] for key in (*OF_REAGENT, DOSE)}, doses)]
        contents += [Content({key: terms[key]}) for key in (*OF_MAP, *OF_PLATE)]
        # Each key stands in one layer of a plate, or is a constant.
        suffices = "0" not in occupied_on(carrier)
        for content in contents:
            layer = self.layer_of(content)
            self.rows["plates_carrierlayer"].append((layer, scope, carrier, suffices))
        self.add_carrier(carrier, scope)
        self.add_constants(carrier, scope, constants)
        self.add_rows(carrier, scope, constants, terms)

    def layer_of(self, content: Content) -> int:
        """The layer that says this, made if it is new."""
        digest = content.digest
        known = self.layers.get(digest)
        if known is not None:
            return known
        layer = self.layers[digest] = len(self.layers) + 1
        self.rows["plates_layer"].append((layer, digest, WELLS))
        for key, numbers in content.terms.items():
            self.rows["plates_mask"].extend(mask_rows(layer, key, numbers))
            there = bits_at(np.flatnonzero(numbers >= 0))
            self.rows["plates_keymask"].append((layer, key_number(key), False, there))
        if content.doses is not None:
            self.add_doses(layer, content.doses, content.terms[DOSE])
        return layer

    def add_doses(self, layer: int, doses: Numbers, terms: Numbers) -> None:
        """The numbers of a layer."""
        key = key_number(DOSE)
        of_decades: dict[int | None, list[int]] = defaultdict(list)
        for position in np.flatnonzero(terms >= 0).tolist():
            number = dose_of(int(doses[position]))
            self.rows["plates_quantity"].append((key, layer, UNIT, number, position, 0))
            of_decades[decade_of(number)].append(position)
        for power, positions in of_decades.items():
            where, bits = mask_at(np.array(positions), WELLS)
            self.rows["plates_decademask"].append((key, UNIT, power, layer, 0, where, bits or None))

    def add_carrier(self, carrier: int, scope: int) -> None:
        """The carrier, its plate, the store that shows it, and its layout."""
        occupied = occupied_on(carrier)
        wells = occupied.count("1")
        self.rows["plates_carrier"].append((carrier, "plate", scope, WELLS, occupied))
        name = f"P{scope:03d}-{carrier:06d}"
        self.rows["plates_plate"].append(
            (carrier, uuid7(), scope, carrier, name, f"BC{carrier:08d}", "", ROWS, COLUMNS,
             [], [], wells, DAY)
        )  # fmt: skip
        version, zarr_format = ("0.5", 3) if scope % 3 else ("0.4", 2)
        self.rows["plates_store"].append(
            (carrier, uuid7(), scope, "plate", f"{name}.zarr", carrier, version, zarr_format, "", 0,
             "ok", verdict_on(carrier), wells, wells, 0, 0, [], 0, "[]", 0, DAY)
        )  # fmt: skip
        self.rows["plates_fieldmask"].append((scope % LAYOUTS + 1, scope, carrier, occupied))

    def add_constants(self, carrier: int, scope: int, constants: Mapping[str, int]) -> None:
        """What every well has, and the readout."""
        for key, number in constants.items():
            term = self.plan.first[key] + number
            self.rows["plates_carrierterm"].append((term, key_number(key), scope, carrier))
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
                (scope, carrier, position, f"{{{position + 2}}}", array(columns), array(values),
                 "{}", "{}")
            )  # fmt: skip

    def flush(self) -> None:
        """Write what was gathered."""
        for table, columns in TABLES.items():
            if self.rows[table]:
                copy(self.connection, table, columns.split(), self.rows[table])
                self.rows[table].clear()


def array(numbers: list[int]) -> str:
    """Numbers as Postgres reads an array."""
    return f"{{{','.join(map(str, numbers))}}}"


def mask_rows(layer: int, key: str, numbers: Numbers) -> Iterator[tuple[object, ...]]:
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
        yield term, layer, key_number(key), 0, where, bits
