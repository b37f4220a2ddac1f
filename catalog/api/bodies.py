from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, Any, cast

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from catalog.errors import NotUnderstood


class JsonBody(JSONParser):
    """JSON bodies; what is nested beyond measure is refused as what it is, malformed."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The value of a body; ParseError if it is none, NotUnderstood before a large one is read."""
        refuse_too_large(parser_context)
        try:
            value: dict[str, Any] = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON of the body is nested too deeply.") from error
        return value


def refuse_too_large(parser_context: Mapping[str, Any] | None) -> None:
    """NotUnderstood for a body that says that it is larger than any that is read into memory."""
    request = (parser_context or {}).get("request")
    length = str(request.META.get("CONTENT_LENGTH") or "0") if request is not None else "0"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length.isdecimal() and int(length) > most:
        raise NotUnderstood("body", f"A body may be {most / 2**20:g} MiB. Send less at once.")


def understood(
    request: Request, wish: type[serializers.Serializer[object]], *, partial: bool = False
) -> dict[str, object]:
    """What the body of a request says, with defaults unless `partial`.

    NotUnderstood says which key is wrong: one that is not known is not passed over.
    """
    told = request.data
    if not isinstance(told, dict):
        raise NotUnderstood("body", "The body of this request is a JSON object.")
    looking = wish(data=told, partial=partial)
    known = looking.fields
    if unknown := sorted(set(map(str, told)) - set(known)):
        name = unknown[0][:80].encode("ascii", "backslashreplace").decode()
        raise NotUnderstood(name, f"There is no '{name}' here. Known are {', '.join(known)}.")
    if not looking.is_valid():
        name = next(iter(looking.errors))
        raise NotUnderstood(name, refusal_of(known[name], looking.errors[name], name))
    return dict(looking.validated_data)


def moment_of(told: Mapping[str, object]) -> datetime | None:
    """Until when what is wished for is to count; None if nothing is said."""
    at, seconds = told.get("expires_at"), told.get("expires_in")
    if at is not None and seconds is not None:
        raise NotUnderstood("expires_in", "Say 'expires_at' or 'expires_in', not both.")
    if seconds is not None:
        return timezone.now() + timedelta(seconds=int(str(seconds)))
    return cast("datetime | None", at)


def refusal_of(field: "serializers.Field[Any, Any, Any, Any]", errors: object, name: str) -> str:
    """What is wrong with one key, in a sentence."""
    if isinstance(field, serializers.ChoiceField):
        return f"'{name}' is one of {', '.join(map(str, field.choices))}."
    return f"'{name}' cannot be taken: {first_of(errors)}"


def first_of(errors: object) -> str:
    """The first of DRF's sentences, however deep it lies."""
    if isinstance(errors, dict):
        return first_of(next(iter(errors.values())))
    if isinstance(errors, list):
        return first_of(errors[0])
    return str(errors) if isinstance(errors, ErrorDetail | str) else "it is not as it should be."
