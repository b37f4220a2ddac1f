"""What a count of chunks adds to a verdict."""

from plates.models import Finding, Store
from plates.omezarr.findings import Level
from plates.omezarr.rules.book import RULES
from plates.omezarr.rules.rule import Policy
from plates.omezarr.versions.numbers import VERSIONS
from plates.states import Verdict

# An absent chunk is legal, so that to have fewer than others is no more than a warning; an object
# without bytes, or one that is cut off, is a part that is missing under every version.
LACKING = frozenset(
    rule.id
    for rule in RULES.values()
    if rule.needs_objects and rule.missing and rule.level(VERSIONS[-1], Policy.SPEC) is Level.ERROR
)
_MAY_TURN = frozenset({Verdict.VALID, Verdict.UNCHECKED})


def verdict_with_count(verdict: Verdict, store: Store, *, digest: str) -> Verdict:
    """A verdict on content with this digest, once the count of that content has had its say.

    What was sound is incomplete where chunk objects are empty or cut; all else stays as it is.
    """
    if verdict not in _MAY_TURN:
        return verdict
    lacks = Finding.objects.filter(store=store, rule__in=LACKING, store__count__digest=digest)
    return Verdict.INCOMPLETE if lacks.exists() else verdict
