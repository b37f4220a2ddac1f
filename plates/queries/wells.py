from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from plates.models import Field, Well


def with_field_count(wells: QuerySet[Well]) -> QuerySet[Well]:
    """Wells with `field_count`: how many of their fields are there, in all stores."""
    counted = (
        Field.objects.filter(well=OuterRef("pk"), present=True)
        .order_by()
        .values("well")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return wells.annotate(field_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
