from typing import Any

from drf_spectacular.openapi import AutoSchema


class PlatecatSchema(AutoSchema):
    """How the routes become OpenAPI: operations are named after their views."""

    def get_operation_id(self) -> str:
        """A name that generated clients can use, e.g. `plate_list`."""
        name = type(self.view).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def get_operation(self, *told: Any, **more: Any) -> dict[str, Any] | None:  # noqa: ANN401 - theirs
        """An operation; where a body is read, one of another type than it takes is refused too."""
        operation: dict[str, Any] | None = super().get_operation(*told, **more)
        if operation and "requestBody" in operation:
            answers = operation["responses"]
            answers["415"] = answers["400"]
        return operation
