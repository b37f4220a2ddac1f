"""Pages that say what will happen, and ask once more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from catalog.errors import CatalogError
from catalog.models import Dataset


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked before it is done."""

    title: str
    says: str
    """What will happen."""
    button: str
    done: str
    """What is said afterwards."""
    asks: str = ""
    """The one field of its form: note, reason or until."""
    is_grave: bool = False


def asked(
    request: HttpRequest,
    question: Question,
    do: Callable[[QueryDict], object],
    *,
    dataset: Dataset,
    of: str,
    back: str,
    lines: Sequence[object] = (),
) -> HttpResponse:
    """The page that asks; once it is answered, what comes of it.

    `of` names what it is about, `back` is where one comes from and goes to, `lines` are those of
    the checklist where it matters. What is refused is told on the page.
    """
    refusal, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            do(request.POST)
        except CatalogError as error:
            refusal, status = str(error), HTTPStatus.CONFLICT
        else:
            messages.success(request, question.done)
            return redirect(back)
    told = {
        "dataset": dataset,
        "page": question,
        "of": of,
        "back": back,
        "refusal": refusal,
        "form": request.POST,
        "lines": lines,
    }
    return render(request, "portal/step.html", told, status=status)
