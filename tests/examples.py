"""How Hypothesis draws where each example is written into a database."""

from hypothesis import HealthCheck, Phase, settings


def in_database(examples: int) -> settings:
    """So many examples, however long each takes.

    None that fails is made smaller: for a failing catalog that would take many minutes.
    """
    return settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
