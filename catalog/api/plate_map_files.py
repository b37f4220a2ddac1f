"""The files of a plate map, given back as they came."""

import re

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api.plate_maps import PlateMapView
from catalog.api.views import ERRORS
from catalog.errors import NotThere
from plates.services.plate_map_files import content_of

NUMBER = re.compile("[0-9]{1,4}", re.ASCII)


class PlateMapFileContent(PlateMapView):
    """A file of a plate map."""

    @extend_schema(
        summary="A file of a plate map, as it came",
        tags=["plate maps"],
        operation_id="platemap_file",
        parameters=[OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS},
    )
    def get(self, request: Request, plate_map_id: str, number: str) -> HttpResponseBase:
        """The bytes of a file, to download."""
        plate_map = self.plate_map(plate_map_id)
        wanted = int(number) if NUMBER.fullmatch(number) else -1
        file = plate_map.files.filter(number=wanted).first()
        if file is None:
            raise NotThere("This plate map has no file of that number; they count from 0.")
        # Never a type that a browser would show: the file is a stranger's.
        answer = StreamingHttpResponse(content_of(file), content_type="application/octet-stream")
        answer["Content-Length"] = str(file.size)
        answer["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=file.name
        )
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
