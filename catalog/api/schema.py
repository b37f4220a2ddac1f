from drf_spectacular.openapi import AutoSchema


class PlatecatSchema(AutoSchema):
    """How the routes become OpenAPI: operations are named after their views."""

    def get_operation_id(self) -> str:
        """A name that generated clients can use, e.g. `plate_list`."""
        name = type(self.view).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
