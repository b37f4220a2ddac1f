"""What `links/` tells: where a thing lies, where it is opened, and what opens it."""

from typing import cast

from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.api.shapes.parts import Shape
from catalog.links.judging import Judged
from catalog.links.opened import Opened
from catalog.links.snippets import Snippet
from catalog.links.trying import NAMES
from catalog.models import LinkTest
from catalog.services.linking import Linked, Signed, Way
from catalog.words import Answer
from plates.models import Store
from plates.queries.places import place_of

ANSWERS = words_of(Answer)


class ViewerShape(serializers.Serializer[object]):
    """Whether a viewer opens it, and why or why not."""

    name = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(choices=ANSWERS)
    reason = serializers.CharField()
    url = serializers.CharField(
        allow_null=True, help_text="Opens it in the viewer; null where that has no such URL."
    )
    how = serializers.CharField(
        allow_null=True, help_text="What to do or type where there is no URL."
    )
    documentation = serializers.URLField()


class SnippetShape(serializers.Serializer[object]):
    """Lines that open it with a library, as they stand."""

    name = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(choices=ANSWERS)
    reason = serializers.CharField()
    language = serializers.CharField()
    install = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    documentation = serializers.URLField()


class CheckShape(serializers.Serializer[object]):
    """One request of a viewer, and what came of it."""

    name = serializers.ChoiceField(choices=list(NAMES))
    passed = serializers.BooleanField()
    sentence = serializers.CharField()


class LinkTestShape(serializers.Serializer[object]):
    """What came of asking for the store as a viewer in a browser would."""

    tested_at = serializers.DateTimeField()
    checks = CheckShape(many=True)


class SignedShape(serializers.Serializer[object]):
    """A URL that counts until a moment."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class AddressShape(serializers.Serializer[object]):
    """The web address that viewers and libraries are given."""

    url = serializers.CharField(help_text="Empty where the store lies nowhere any more.")
    way = serializers.ChoiceField(
        choices=words_of(Way),
        help_text="direct: the store's own; open: Platecat's, for everybody; signed: yours, until it "
        "expires; shared: that of a share.",
    )
    expires_at = serializers.DateTimeField(allow_null=True)


class StoreToOpen(serializers.Serializer[object]):
    """A store that shows the same plate, and where its links are."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    version = serializers.CharField()
    links = serializers.URLField()


class LinkedLinks(serializers.Serializer[object]):
    """Where the store is told, shares are made, and the links are tested."""

    store = serializers.URLField(allow_null=True)
    shares = serializers.URLField(allow_null=True)
    test = serializers.URLField(allow_null=True)


class LinkedOut(serializers.Serializer[object]):
    """Every link of a store, plate, well, field or image."""

    opens = serializers.ChoiceField(
        choices=words_of(Opened), help_text="What a viewer is given; a field is an image."
    )
    store = serializers.UUIDField()
    path = serializers.CharField(help_text="In the store; empty: its root.")
    version = serializers.CharField()
    url = serializers.CharField(help_text="Where it lies; empty to who has only a share.")
    address = AddressShape()
    presigned = SignedShape(
        allow_null=True,
        help_text="Its own document in private S3 (the whole archive, if it is one), signed.",
    )
    viewers = ViewerShape(many=True)
    snippets = SnippetShape(many=True)
    test = LinkTestShape(
        allow_null=True, help_text="The newest test of the store's links; null without one."
    )
    stores = StoreToOpen(many=True, help_text="Of a plate or a well: all that show the plate.")
    links = LinkedLinks()


class LinkedShape(Shape):
    """Renders links as LinkedOut declares them; `stores` of the context are those of a plate."""

    def to_representation(self, linked: Linked) -> dict[str, object]:  # type: ignore[override]
        """The links in the words of the contract."""
        target = linked.target
        is_shared = linked.way is Way.SHARED or bool(self.context.get("is_shared"))
        return {
            "opens": target.opened.value,
            "store": str(target.store.id),
            "path": target.path,
            "version": target.version,
            "url": "" if is_shared else linked.place,
            "address": {
                "url": linked.address.url,
                "way": linked.way.value,
                "expires_at": linked.expires_at,
            },
            "presigned": None if is_shared else signed_told(linked.presigned),
            "viewers": [viewer_told(one) for one in linked.viewers],
            "snippets": [snippet_told(one) for one in linked.snippets],
            "test": test_told(linked.test),
            "stores": self.stores_told(),
            "links": self.links_of(target.store, is_shared=is_shared),
        }

    def stores_told(self) -> list[dict[str, object]]:
        """The stores that show the plate."""
        stores = cast("list[Store]", self.context.get("stores", []))
        return [
            {
                "id": str(store.id),
                "url": place_of(store),
                "version": store.version,
                "links": self.link_to("store-links", store.id),
            }
            for store in stores
        ]

    def links_of(self, store: Store, *, is_shared: bool) -> dict[str, object]:
        """Where the store is told, shares are made, and the links are tested."""
        if is_shared:
            return {"store": None, "shares": None, "test": None}
        return {
            "store": self.link_to("store", store.id),
            "shares": self.link_to("shares"),
            "test": self.link_to("store-test-links", store.id),
        }


def viewer_told(judged: Judged) -> dict[str, object]:
    """A viewer, and whether it opens the thing."""
    viewer = judged.viewer
    return {
        "name": viewer.name,
        "title": viewer.title,
        "answer": judged.answer.value,
        "reason": judged.reason,
        "url": judged.link or None,
        "how": judged.how or None,
        "documentation": viewer.documentation,
    }


def snippet_told(snippet: Snippet) -> dict[str, object]:
    """The lines of a library."""
    library = snippet.library
    return {
        "name": library.name,
        "title": library.title,
        "answer": snippet.answer.value,
        "reason": snippet.reason,
        "language": library.language,
        "install": library.install,
        "code": snippet.code or None,
        "documentation": library.documentation,
    }


def test_told(test: LinkTest | None) -> dict[str, object] | None:
    """The newest test of a store's links."""
    return None if test is None else {"tested_at": test.tested_at, "checks": test.checks}


def signed_told(signed: Signed | None) -> dict[str, object] | None:
    """A URL that is signed."""
    return None if signed is None else {"url": signed.url, "expires_at": signed.expires_at}
