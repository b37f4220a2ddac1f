"""Why a plate map is refused as a whole; what is wrong with single rows are verdicts."""


class PlateMapRefused(ValueError):
    """A file that cannot be taken as a plate map: what is wrong, where, and what to do."""


class MappingRefused(PlateMapRefused):
    """A mapping that does not fit the file: a column that is not there, a unit nobody knows."""


class AlreadyApplied(PlateMapRefused):
    """The same files were applied in the same place before: applying them again changes nothing."""


class NotInState(PlateMapRefused):
    """What is asked for cannot be done with an import that stands where it does."""


class QuantityUnreadable(ValueError):
    """A cell that should hold a number and its unit: what is wrong with it, and what to do."""
