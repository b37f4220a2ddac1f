from datetime import timedelta

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from catalog.api.shapes.parts import Shape
from catalog.models import Token
from catalog.words import TokenScope

SCOPES = [scope.value for scope in TokenScope]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "For a script that searches",
            value={"name": "notebook", "scopes": ["read"], "expires_in": 7_776_000},
            request_only=True,
        )
    ]
)
class TokenWish(serializers.Serializer[object]):
    """A token that is to be made."""

    name = serializers.CharField(max_length=120, help_text="To know it by.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES),
        min_length=1,
        help_text="What it may be used for; never for more than you may do yourself.",
    )
    expires_at = serializers.DateTimeField(
        required=False, help_text="Until when it counts; until it is revoked if left out."
    )
    expires_in = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=int(timedelta(days=36_500).total_seconds()),
        help_text="The same in seconds from now.",
    )


class TokenLinks(serializers.Serializer[object]):
    """Where a token is."""

    self = serializers.URLField()


class TokenShape(Shape):
    """A token, without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    start = serializers.CharField(help_text="How its secret begins.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    @extend_schema_field(TokenLinks)
    def get_links(self, token: Token) -> dict[str, object]:
        """Where the token is."""
        return {"self": self.link_to("token", token.id)}


class MadeTokenShape(TokenShape):
    """A token that was just made: the only answer that tells its secret."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, token: Token) -> str:
        """What a program sends as `Authorization: Bearer SECRET`; told this once, kept nowhere."""
        return str(self.context["secret"])
