"""Keys, terms and other names, at the desk: what annotation is made of."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.desk import Desk, ReadDesk, link_to, link_to_rows
from catalog.admin.forms import KeyAliasForm, PlateAliasForm, found_by
from catalog.admin.vocabulary import merge_page, page_of_values
from catalog.models import Dataset
from catalog.services.plate_map_matches import request_matches
from plates.models import Key, KeyAlias, PlateAlias, SavedMapping, Synonym, Term
from plates.platemaps.keys import KeyKind
from plates.platemaps.spelling import folded

Link = SafeString | str


@admin.register(Key)
class KeyDesk(ReadDesk[Key]):
    """The keys that something was annotated with."""

    list_display = ["name", "title", "kind", "family", "term_links", "alike_link"]
    readonly_fields = ["term_links", "alike_link"]
    list_filter = ["kind", "family"]
    search_fields = ["name", "title"]
    search_help_text = "Part of a key's name or title."

    @admin.display(description="values")
    def term_links(self, key: Key) -> Link:
        """The key's values."""
        return link_to_rows(Term, "values", key__serial=key.pk)

    def get_urls(self) -> list[URLPattern]:
        """The page of values that are likely one, besides Django's own."""
        view = self.admin_site.admin_view(self.alike_view)
        return [path("<path:object_id>/alike/", view, name="plates_key_alike"), *super().get_urls()]

    def alike_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Values of the key that are likely one."""
        return page_of_values(self, request, unquote(object_id))

    @admin.display(description="likely one")
    def alike_link(self, key: Key) -> Link:
        """The values of the key that are likely one."""
        if key.pk is None or key.kind != KeyKind.TERM.value:
            return "-"
        url = reverse("admin:plates_key_alike", args=[key.pk])
        return format_html('<a href="{}">near duplicates</a>', url)


@admin.register(Term)
class TermDesk(ReadDesk[Term]):
    """The values of keys."""

    # Sorting by anything but the key reads the whole table.
    sortable_by = ()
    list_display = ["__str__", "key", "curie", "number", "unit"]
    list_select_related = ["key"]
    search_fields = ["folded__startswith"]
    search_help_text = "How a value begins."
    exclude = ["digest"]
    actions = ["merge"]

    @admin.action(description="Merge: show what would change")
    def merge(self, request: HttpRequest, queryset: QuerySet[Term]) -> HttpResponse | None:
        """Ask which of the chosen values is kept, show what would change, and merge them."""
        return merge_page(self.admin_site, request, queryset)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Term], search_term: str
    ) -> tuple[QuerySet[Term], bool]:
        """The values that begin so, in whatever case."""
        return super().get_search_results(request, queryset, folded(search_term))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A key's page links here."""
        return lookup == "key__serial" or super().lookup_allowed(lookup, value, request)


@admin.register(KeyAlias)
class KeyAliasDesk(Desk[KeyAlias]):
    """Headers that an institute uses for keys."""

    form = KeyAliasForm
    list_display = ["spelling", "key"]
    search_fields = ["spelling", "key"]
    search_help_text = "Part of a header or of a key."

    def save_model(
        self,
        request: HttpRequest,
        obj: KeyAlias,
        form: "ModelForm[KeyAlias]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Compared without case and separators."""
        obj.folded = found_by(obj.spelling)
        super().save_model(request, obj, form, change)


@admin.register(Synonym)
class SynonymDesk(ReadDesk[Synonym]):
    """Other names of values, out of tables that were loaded."""

    sortable_by = ()
    list_display = ["text", "key", "means", "curie", "table"]
    list_select_related = ["key"]
    search_fields = ["folded__startswith"]
    search_help_text = "How a name begins."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Synonym], search_term: str
    ) -> tuple[QuerySet[Synonym], bool]:
        """The names that begin so, in whatever case."""
        return super().get_search_results(request, queryset, folded(search_term))


@admin.register(PlateAlias)
class PlateAliasDesk(Desk[PlateAlias]):
    """Other names of plates, and who said so."""

    form = PlateAliasForm
    list_display = ["spelling", "plate_link", "plate_map_link", "said_by", "said_at"]
    list_select_related = ["plate", "plate_map"]
    search_fields = ["spelling", "plate__name"]
    search_help_text = "Part of the other name, or of the plate's."
    fields = ["spelling", "plate", "plate_map_link", "said_by", "said_at"]
    readonly_fields = ["plate_map_link", "said_by", "said_at"]
    raw_id_fields = ["plate"]

    def dataset_of(self, row: PlateAlias) -> Dataset | None:
        """The dataset in which the name is used."""
        return Dataset.objects.filter(pk=row.scope).first()

    def save_model(
        self,
        request: HttpRequest,
        obj: PlateAlias,
        form: "ModelForm[PlateAlias]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Said by whoever works here; what waited for a plate of that name is applied."""
        obj.scope = obj.plate.scope
        obj.folded = found_by(obj.spelling)
        obj.said_by = request.user.get_username()
        super().save_model(request, obj, form, change)
        request_matches(plate=obj.plate)

    @admin.display(description="plate")
    def plate_link(self, alias: PlateAlias) -> Link:
        """The plate that is meant."""
        return link_to(alias.plate)

    @admin.display(description="import that it was first needed for")
    def plate_map_link(self, alias: PlateAlias) -> Link:
        """The import that it was first needed for."""
        return link_to(alias.plate_map)


@admin.register(SavedMapping)
class SavedMappingDesk(ReadDesk[SavedMapping]):
    """Mappings that are proposed again for files with the same headers."""

    list_display = ["__str__", "dataset", "saved_by", "saved_at"]
    fields = ["dataset", "saved_by", "saved_at", "mapping"]
    readonly_fields = ["dataset", "saved_at"]

    def has_delete_permission(self, request: HttpRequest, obj: SavedMapping | None = None) -> bool:
        """One that is no longer wanted can be forgotten."""
        return request.user.is_active and request.user.is_staff

    @admin.display(description="dataset")
    def dataset(self, saved: SavedMapping) -> str:
        """The number of the dataset in which it was applied, or its slug on its own page."""
        return str(saved.scope)
