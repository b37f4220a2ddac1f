from string import ascii_letters

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.search.errors import QueryError, QueryTooLarge
from catalog.search.language import MAX_DEPTH, parse
from catalog.search.queries import (
    And,
    Anything,
    Beginning,
    Between,
    Compared,
    Condition,
    Everything,
    Exactly,
    Not,
    Nothing,
    Operator,
    Or,
    Query,
    Words,
    all_of,
    one_of,
)
from catalog.search.rendering import render


def is_(field: str, text: str) -> Condition:
    return Condition(field, Exactly(text))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Everything()),
        ("   ", Everything()),
        ("gene:TP53", is_("gene", "TP53")),
        ('compound:"paclitaxel"', is_("compound", "paclitaxel")),
        ('"siRNA Identifier":s1234', is_("siRNA Identifier", "s1234")),
        ('"siRNA Identifier":"s 1"', is_("siRNA Identifier", "s 1")),
        ("concentration:>=1uM", Condition("concentration", Compared(Operator.AT_LEAST, "1uM"))),
        ('dose:<"1 uM"', Condition("dose", Compared(Operator.LESS, "1 uM"))),
        ("pixel_size:<0.4", Condition("pixel_size", Compared(Operator.LESS, "0.4"))),
        ("row:B..D", Condition("row", Between("B", "D"))),
        ("compound:pacl*", Condition("compound", Beginning("pacl"))),
        ("gene:*", Condition("gene", Anything())),
        ("gene:none", Condition("gene", Nothing())),
        ("gene:NONE", Condition("gene", Nothing())),
        ('gene:"none"', is_("gene", "none")),
        ("organism:NCBITaxon:9606", is_("organism", "NCBITaxon:9606")),
        ("plate:TOG[2702]", is_("plate", "TOG[2702]")),
        ("kinase", Words("kinase")),
        ("kin*", Words("kin", is_beginning=True)),
        ('"actin filament"', Words("actin filament", is_phrase=True)),
        ("MCF-7", Words("MCF-7")),
        ("-qc:fail", Not(is_("qc", "fail"))),
        ("NOT qc:fail", Not(is_("qc", "fail"))),
        ("zscore:<-2", Condition("zscore", Compared(Operator.LESS, "-2"))),
        ("zscore:-2", is_("zscore", "-2")),
        ("a b", And((Words("a"), Words("b")))),
        ("a AND b", And((Words("a"), Words("b")))),
        ("a OR b c", Or((Words("a"), And((Words("b"), Words("c")))))),
        ("(a OR b) c", And((Or((Words("a"), Words("b"))), Words("c")))),
        ("-(a b)", Not(And((Words("a"), Words("b"))))),
        ("gene:(TP53 OR MDM2)", Or((is_("gene", "TP53"), is_("gene", "MDM2")))),
        ("gene:(TP53 -MDM2)", And((is_("gene", "TP53"), Not(is_("gene", "MDM2"))))),
        ('gene:("a b")', is_("gene", "a b")),
        (r'"say \"x\" \\"', Words('say "x" \\', is_phrase=True)),
    ],
)
def test_a_text_means(text: str, meant: Query) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("gene:", 1, "no value"),
        ("gene: TP53", 1, "no value"),
        ("a (b", 3, "not closed"),
        ("a)", 2, "closes nothing"),
        ('a "b', 3, "not closed"),
        ("a OR", 5, "ends where a term is expected"),
        ("OR a", 1, 'write "OR"'),
        ("a AND OR b", 7, 'write "OR"'),
        ("()", 2, "a term is expected"),
        ("dose:>", 1, "nothing to compare"),
        ("dose:1..", 1, "two ends"),
        ('""', 1, "nothing between the quotes"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, column: int, told: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert refused.value.column == column
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "text", ["x" * 4_001, "(" * (MAX_DEPTH + 1) + "a", "-" * 40 + "a", "a " * 201, "( " * 900]
)
def test_what_nobody_writes_is_refused(text: str) -> None:
    with pytest.raises(QueryTooLarge):
        parse(text)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
names = st.text(alphabet=ascii_letters + "_ :-", min_size=1, max_size=12).filter(str.strip)
bare = st.text(alphabet=ascii_letters + "0123456789µ-_+", min_size=1, max_size=8)
tests = st.one_of(
    st.builds(Exactly, texts),
    st.builds(Beginning, bare),
    st.builds(Compared, st.sampled_from(Operator), texts),
    st.builds(Between, bare, bare),
    st.just(Anything()),
    st.just(Nothing()),
)
words = st.one_of(
    st.builds(
        Words,
        st.text(alphabet=ascii_letters, min_size=1).filter(
            lambda text: text not in {"AND", "OR", "NOT"}
        ),
        is_beginning=st.booleans(),
    ),
    texts.filter(str.strip).map(lambda text: Words(text, is_phrase=True)),
)
queries: st.SearchStrategy[Query] = st.recursive(
    st.builds(Condition, names, tests) | words,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.lists(parts, min_size=2, max_size=4).map(all_of),
        st.lists(parts, min_size=2, max_size=4).map(one_of),
    ),
    max_leaves=12,
)


@given(queries)
def test_what_is_rendered_is_parsed_back(query: Query) -> None:
    assert parse(render(query)) == query


@given(st.text(max_size=60) | st.text(alphabet='a:"()-*<>=. ORNTD', max_size=60))
@example('"0"-0')
@example('"0"OR')
@example("(OR 0)")
def test_any_text_is_a_query_or_refused_at_a_place_inside_of_it(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as refused:
        assert 0 <= refused.spot.start <= refused.spot.end <= len(text)  # noqa: PT017
    else:
        assert parse(render(query)) == query


def test_a_condition_knows_where_it_stands() -> None:
    query = parse("kinase gene:(TP53 OR foo)")
    assert isinstance(query, And)
    either = query.parts[1]
    assert isinstance(either, Or)
    second = either.parts[1]
    assert isinstance(second, Condition)
    assert (second.spot.start, second.spot.end) == (21, 24)
