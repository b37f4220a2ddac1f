from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from catalog.api.shapes.parts import Shape
from catalog.models import Access
from catalog.words import Role

GIVEN = [role.value for role in Role if role is not Role.OPERATOR]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "To a group", value={"group": "screening", "role": "viewer"}, request_only=True
        )
    ]
)
class AccessWish(serializers.Serializer[object]):
    """Who is to have which role in a dataset; it takes the place of the one that they had."""

    user = serializers.CharField(required=False, max_length=150, help_text="Name of a person.")
    group = serializers.CharField(required=False, max_length=150, help_text="Name of a group.")
    role = serializers.ChoiceField(choices=GIVEN)


class AccessLinks(serializers.Serializer[object]):
    """Where access is."""

    self = serializers.URLField()


class AccessShape(Shape):
    """What a person or a group may do with a dataset."""

    id = serializers.IntegerField(source="pk")
    user = serializers.CharField(source="user.username", allow_null=True, default=None)
    group = serializers.CharField(source="group.name", allow_null=True, default=None)
    role = serializers.ChoiceField(choices=GIVEN)
    links = serializers.SerializerMethodField()

    @extend_schema_field(AccessLinks)
    def get_links(self, access: Access) -> dict[str, object]:
        """Where it is taken again."""
        dataset = self.context["dataset"]
        return {"self": self.link_to("dataset-access-one", dataset.id, access.pk)}
