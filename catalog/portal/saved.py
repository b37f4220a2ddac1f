from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from catalog.models import SavedQuery


def saved(request: HttpRequest, token: str) -> HttpResponse:
    """To what a saved query finds: the search page, or the list for a program that asks for JSON."""
    found = None if "\x00" in token else SavedQuery.objects.filter(token=token).first()
    if found is None:
        raise Http404
    if request.accepts("text/html"):
        query = urlencode({"q": found.text, "of": found.of})
        return HttpResponseRedirect(f"{reverse('portal:search')}?{query}")
    return HttpResponseRedirect(f"{reverse(f'api:{found.of}')}?{urlencode({'q': found.text})}")
