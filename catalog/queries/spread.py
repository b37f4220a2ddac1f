"""How widely the hits of a query are spread: what decides how they are looked for."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from django.db import connection

from catalog.search.kept_counts import scope_read
from catalog.search.masks import FIRST_BEGUN, Leaves, keys_of
from catalog.search.meanings import (
    BROAD,
    WHOLE,
    AllOf,
    HasTerm,
    Meaning,
    NoneOf,
    OneOf,
    TermBegins,
    Together,
    leaves_of,
)
from catalog.search.places import Shape
from catalog.search.statement import Values
from plates.arrays import array_of
from plates.models import Plate
from plates.states import CarrierKind

_FEW_TERMS: Final = 8
_MOST_FREQUENT: Final = 300
_SCOPES: Final = """
    SELECT v.scope FROM unnest(%s::integer[]) AS v (scope) WHERE {conditions} ORDER BY 1
"""
_HAS_ONE: Final = (
    "EXISTS (SELECT FROM plates_termscope s "
    "WHERE s.term_id = ANY(%s::integer[]) AND s.scope = v.scope)"
)
_TERMS: Final = "SELECT serial, {key}::integer AS key FROM ({terms}) t"
_TERMS_AND_KEYS: Final = (
    "SELECT t.serial, p.key_id::integer AS key FROM ({terms}) t "
    "JOIN plates_term p ON p.serial = t.serial"
)
_BY_SCOPE: Final = """
    SELECT t.serial, t.key, s.scope, s.subjects
      FROM ({terms}) t
     CROSS JOIN LATERAL (
        SELECT s.scope, sum(s.subjects) AS subjects FROM plates_termscope s
         WHERE s.term_id = t.serial AND {scope} = ANY({scopes}::integer[])
         GROUP BY 1 OFFSET 0) s
"""
_MOST_BEGUN: Final = 5_000
"""Terms; more are not summed to find out that they are many."""
_SUBJECTS: Final = """
    WITH t AS MATERIALIZED (SELECT serial FROM plates_term WHERE {told} LIMIT {most} + 1)
    SELECT CASE WHEN (SELECT count(*) FROM t) <= {most} THEN (
        SELECT coalesce(sum(s.subjects), 0) FROM plates_termscope s
         WHERE s.term_id = ANY(ARRAY(SELECT serial FROM t))
           AND {scope} = ANY({scopes}::integer[])) END
"""
_BY_KEY: Final = f"""
    SELECT k.scope, sum(k.subjects) AS together,
           greatest(max(k.subjects), sum(k.subjects) - coalesce(min(o.surplus), 0)) AS least
      FROM ({_BY_SCOPE}) k
      LEFT JOIN (SELECT key_id, scope, sum(surplus) AS surplus FROM plates_termoverlap
                  WHERE key_id IN (SELECT key FROM asked) GROUP BY 1, 2) o
        ON o.key_id = k.key AND o.scope = k.scope
     GROUP BY k.scope, k.key
"""  # noqa: S608 - a constant of this file
_KEPT: Final = f"""
    WITH asked AS MATERIALIZED ({{terms}})
    SELECT coalesce(sum(greatest(x.least - coalesce(i.positions, 0), 0)), 0),
           coalesce(sum(x.together), 0), coalesce(sum(i.positions), 0),
           (SELECT count(*) FROM asked)
      FROM (SELECT scope, max(least) AS least, sum(together) AS together
              FROM ({_BY_KEY.replace("{terms}", "SELECT * FROM asked")}) k GROUP BY 1) x
      LEFT JOIN (SELECT scope, sum(positions) AS positions FROM plates_carrier
                  WHERE kind = {{images}} AND scope = ANY({{scopes}}::integer[]) GROUP BY 1) i
        ON i.scope = x.scope
"""  # noqa: S608 - a constant of this file
_FREQUENT: Final = f"""
    SELECT serial, sum(subjects) FROM ({_BY_SCOPE}) k
     GROUP BY 1 HAVING sum(subjects) > 0 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""  # noqa: S608 - a constant of this file


def scopes_with_all(meaning: Meaning, scopes: Sequence[int]) -> tuple[int, ...]:
    """Those of some scopes in which every term is found that all hits must have."""
    needed = [leaf.terms for leaf in needed_terms(meaning) if len(leaf.terms) <= _FEW_TERMS]
    if not needed:
        return tuple(scopes)
    statement = _SCOPES.format(conditions=" AND ".join([_HAS_ONE] * len(needed)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [array_of(scopes), *(array_of(terms) for terms in needed)])
        return tuple(scope for (scope,) in cursor.fetchall())


def needed_terms(meaning: Meaning) -> Iterator[HasTerm]:
    """The leaves of terms of which each hit has every one."""
    return (leaf for leaf in needed_leaves(meaning) if isinstance(leaf, HasTerm))


def needed_leaves(meaning: Meaning) -> Iterator[HasTerm | TermBegins]:
    """The leaves of terms, or of their beginning, of which each hit has every one."""
    if isinstance(meaning, HasTerm | TermBegins):
        yield meaning
    elif isinstance(meaning, Together):
        yield from needed_leaves(meaning.part)
    elif isinstance(meaning, AllOf):
        for part in meaning.parts:
            yield from needed_leaves(part)


def most_with(leaf: HasTerm | TermBegins, scopes: Sequence[int]) -> int:
    """How many subjects have one of some terms at most; BROAD where that is not known."""
    if isinstance(leaf, HasTerm):
        # What whole carriers have weighs less.
        most = leaf.weight if leaf.is_treatment else leaf.weight * WHOLE
        return most if leaf.is_weighed else BROAD
    values = Values()
    written = Leaves(values, scopes=list(scopes), shapes=[])
    statement = _SUBJECTS.format(
        told=written.is_told(leaf),
        most=values.add(_MOST_BEGUN),
        scope=scope_read(scopes),
        scopes=written.scopes,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values.named)
        (subjects,) = cursor.fetchone()
    return BROAD if subjects is None else int(subjects)


class Kept(NamedTuple):
    """What the counts that are kept tell of a number of wells."""

    least: int
    is_exact: bool


def kept_count(meaning: Meaning, scopes: Sequence[int]) -> Kept:
    """How many wells have what is asked, by the counts of terms: at least so many, or exactly.

    Of several terms of one key the counts add up in each scope, less how often its wells have more
    of the key's terms than one; of several keys the one with the most wells counts. Images that
    stand alone are counted among the wells, so that their positions are taken off.
    """
    leaves = list(sufficient_leaves(meaning))
    if not leaves:
        return Kept(0, is_exact=False)
    values = Values()
    written = Leaves(values, scopes=list(scopes), shapes=[])
    # What two parts of a query ask for alike counts once.
    terms = " UNION ".join(terms_with_keys(leaf, written) for leaf in leaves)
    statement = _KEPT.format(
        terms=terms,
        scope=scope_read(scopes),
        scopes=written.scopes,
        images=values.add(CarrierKind.IMAGES.value),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values.named)
        least, together, positions, counted = cursor.fetchone()
    is_whole = is_one_leaf(meaning) and are_all_counted(leaves[0], counted)
    return Kept(int(least), is_exact=is_whole and least == together and not positions)


def are_many(meaning: Meaning, subjects: int) -> bool:
    """Whether terms that make a hit each, all of them counted, have more than so many together."""
    leaves = list(sufficient_leaves(meaning))
    counted = [leaf.weight for leaf in leaves if isinstance(leaf, HasTerm) and leaf.is_weighed]
    return len(counted) == len(leaves) and sum(counted) > subjects


def terms_with_keys(leaf: HasTerm | TermBegins, written: Leaves) -> str:
    """SELECT serial, key: the terms of a leaf."""
    keys, terms = keys_of(leaf), written.terms(leaf)
    if len(keys) == 1:
        return _TERMS.format(key=written.values.add(keys[0]), terms=terms)
    return _TERMS_AND_KEYS.format(terms=terms)


def are_all_counted(leaf: HasTerm | TermBegins, counted: int) -> bool:
    """Whether so many terms are all that a leaf has, and not the first of many."""
    return counted < FIRST_BEGUN if isinstance(leaf, TermBegins) else counted == len(leaf.terms)


def frequent_part(meaning: Meaning, scopes: Sequence[int], *, enough: int) -> Meaning | None:
    """The most frequent of the terms that begin so, as far as `enough` wells have them together.

    None where something else is asked, or where the most frequent are too few.
    """
    leaf = next(iter(sufficient_leaves(meaning)), None) if is_one_leaf(meaning) else None
    if not isinstance(leaf, TermBegins):
        return None
    values = Values()
    written = Leaves(values, scopes=list(scopes), shapes=[])
    terms = _TERMS.format(key=values.add(leaf.key), terms=written.terms(leaf))
    statement = _FREQUENT.format(terms=terms, scope=scope_read(scopes), scopes=written.scopes)
    chosen: list[int] = []
    weight = 0
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values.named, "most": _MOST_FREQUENT})
        for term, subjects in cursor.fetchall():
            chosen.append(term)
            weight += int(subjects)
            if weight >= enough:
                part = HasTerm(tuple(chosen), leaf.is_treatment, (leaf.key,), weight)
                return Together(part) if leaf.is_treatment else part
    return None


def sufficient_leaves(meaning: Meaning) -> Iterator[HasTerm | TermBegins]:
    """The leaves each of which alone makes a hit; none where more is asked."""
    if isinstance(meaning, HasTerm | TermBegins):
        yield meaning
    elif isinstance(meaning, Together):
        yield from sufficient_leaves(meaning.part)
    elif isinstance(meaning, OneOf) or (isinstance(meaning, AllOf) and len(meaning.parts) == 1):
        for part in meaning.parts:
            yield from sufficient_leaves(part)


def is_one_leaf(meaning: Meaning) -> bool:
    """Whether nothing but one condition is asked for."""
    if isinstance(meaning, Together):
        return is_one_leaf(meaning.part)
    if isinstance(meaning, AllOf | OneOf):
        return len(meaning.parts) == 1 and is_one_leaf(meaning.parts[0])
    return not isinstance(meaning, NoneOf)


def is_one_term(meaning: Meaning) -> bool:
    """Whether nothing but one term is asked for."""
    return is_one_leaf(meaning) and all(
        isinstance(leaf, HasTerm) and len(leaf.terms) == 1 for leaf in leaves_of(meaning)
    )


def shapes_in(scopes: Sequence[int]) -> list[Shape]:
    """The shapes of the plates in some scopes, a handful."""
    rows = Plate.objects.filter(scope__any=scopes).order_by().values_list("rows", "columns")
    return [Shape(*shape) for shape in rows.distinct()]
