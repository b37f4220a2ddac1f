from drf_spectacular.views import SpectacularSwaggerView


class Docs(SpectacularSwaggerView):
    """The page that documents every route; its script is a file, as on all our pages."""

    url_name = "api:schema"
    template_name = "api/docs.html"
