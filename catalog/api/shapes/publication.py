from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.datasets import STATES
from catalog.api.shapes.parts import Shape
from catalog.checklist.policy import Weight
from catalog.checklist.rules import RULES, Line
from catalog.links.mending import mending_path
from catalog.models import Dataset
from catalog.services.reviews import LONGEST_TEXT


class LineShape(Shape):
    """One line of the checklist."""

    id = serializers.ChoiceField(choices=[rule.id for rule in RULES], source="rule.id")
    sentence = serializers.CharField(source="rule.sentence", help_text="What has to be so.")
    weight = serializers.ChoiceField(
        choices=[Weight.BLOCKS.value, Weight.WARNS.value],
        help_text="What it means where it is not passed.",
    )
    passed = serializers.BooleanField()
    wrong = serializers.SerializerMethodField()
    where = serializers.SerializerMethodField()
    todo = serializers.CharField(source="rule.todo", help_text="How it is mended.")
    link = serializers.SerializerMethodField()

    def get_wrong(self, line: Line) -> str:
        """What is wrong; empty where it is passed."""
        return line.fault.sentence if line.fault else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_where(self, line: Line) -> list[str]:
        """The first plates or stores of which it is."""
        return list(line.fault.first) if line.fault else []

    @extend_schema_field(serializers.URLField())
    def get_link(self, line: Line) -> str:
        """The page on which a person mends it."""
        dataset = self.context["dataset"]
        if not isinstance(dataset, Dataset):
            raise TypeError("a line is told of a dataset")
        return f"{self.base}{mending_path(line.rule.place, dataset)}"


class ChecklistShape(serializers.Serializer[object]):
    """What holds a dataset back from being published, or speaks against it."""

    state = serializers.CharField(help_text=STATES)
    next_state = serializers.CharField()
    review_note = serializers.CharField(help_text="Why it was sent back the last time.")
    blocked = serializers.BooleanField(help_text="Some line that blocks is not passed.")
    lines = LineShape(many=True)


class SendBackWish(serializers.Serializer[object]):
    """Why a dataset is sent back."""

    note = serializers.CharField(max_length=LONGEST_TEXT)


class PublishWish(serializers.Serializer[object]):
    """How a dataset is published."""

    embargo_until = serializers.DateField(
        allow_null=True, default=None, help_text="The last day (UTC) on which it is closed."
    )


class WithdrawWish(serializers.Serializer[object]):
    """Why something is withdrawn."""

    reason = serializers.CharField(max_length=LONGEST_TEXT, help_text="Everybody reads it.")


class EmbargoWish(serializers.Serializer[object]):
    """Until when a dataset is closed."""

    until = serializers.DateField(
        allow_null=True, help_text="The last day (UTC) on which it is closed; null: none."
    )
