"""Lines of the log: what they tell of a request or a job, and what they never tell."""

import json
import logging
import sys

import pytest

from catalog.logs import FACTS, JsonLine, PlainLine, form_of_logs, logging_settings, redacted
from catalog.tracing import traced

PLAIN = PlainLine("%(levelname)s %(name)s %(message)s")


def record(message: str, *values: object, **facts: object) -> logging.LogRecord:
    made = logging.LogRecord("catalog.x", logging.INFO, "x.py", 1, message, values, None)
    vars(made).update(facts)
    return made


def test_a_line_of_json_tells_when_how_grave_who_and_what() -> None:
    told = json.loads(JsonLine().format(record("%d wells", 3)))
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "info", "logger": "catalog.x", "message": "3 wells"}


def test_what_is_known_of_the_work_stands_in_each_of_its_lines() -> None:
    with traced(request_id="r1", job_id="j1", kind="harvest", store_id=""):
        told = json.loads(JsonLine().format(record("x", milliseconds=3.5)))
    assert (told["request_id"], told["job_id"], told["kind"]) == ("r1", "j1", "harvest")
    assert told["milliseconds"] == 3.5
    assert "store_id" not in told
    assert "job_id" not in json.loads(JsonLine().format(record("x")))


def test_a_person_is_told_under_which_numbers_more_is_found() -> None:
    with traced(request_id="r1", job_id="j1"):
        line = PLAIN.format(record("job j1: done"))
    assert line == "INFO catalog.x job j1: done request_id=r1"


def test_a_line_is_one_line_whatever_it_tells() -> None:
    made = record("broken\nin two")
    fault = ValueError("two\nlines, at https://me:pw@host/x?sig=abc")
    made.exc_info = (ValueError, fault, None)
    line = JsonLine().format(made)
    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert "ValueError" in told["error"]
    assert "pw@" not in line
    assert "abc" not in line


@pytest.mark.parametrize("form", [JsonLine(), PLAIN], ids=["json", "text"])
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("at https://host/a.zarr?X-Amz-Signature=s3cr3t&x=1 again", "s3cr3t"),
        ("postgresql://me:s3cr3t@db:5432/cat", "s3cr3t"),
        ("redis://:s3cr3t@valkey:6379/0", "s3cr3t"),
        ("token pc_s3cr3ts3cr3ts3cr3t came", "s3cr3t"),
        ("Authorization: Bearer s3cr3ts3cr3t", "s3cr3t"),
        ("authorization: basic bWU6czNjcjN0", "bWU6czNjcjN0"),
        ("Not Found: /data/t/s3cr3t/0190/zarr.json", "s3cr3t"),
        ("/data/s/s3cr3t/0190/zarr.json", "s3cr3t"),
        ("GET /s/s3cr3t/", "s3cr3t"),
        ("GET /api/v1/shared/s3cr3t/", "s3cr3t"),
        ("/q/s3cr3t", "s3cr3t"),
    ],
)
def test_what_lets_somebody_in_is_never_told(
    form: logging.Formatter, text: str, secret: str
) -> None:
    line = form.format(record("%s", text))
    assert secret not in line
    assert "[...]" in line


@pytest.mark.parametrize(
    "text", ["3 wells? Yes.", "store 0190: 12 documents", "https://host/a/b.zarr is away", "a=b"]
)
def test_what_is_harmless_is_told_as_it_is(text: str) -> None:
    assert redacted(text) == text


def test_a_form_is_json_or_text_and_text_where_nothing_is_told_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (form_of_logs("JSON"), form_of_logs("text")) == ("json", "text")
    monkeypatch.setattr(sys, "stderr", None)
    assert form_of_logs("") == "json"
    with pytest.raises(ValueError, match="it is text or json"):
        form_of_logs("xml")


def test_a_person_is_not_told_each_request_that_went_well() -> None:
    def level(form: str) -> object:
        return logging_settings(form)["loggers"]["catalog.requests"]["level"]  # type: ignore[index]

    assert (level("json"), level("text")) == ("INFO", "WARNING")


def test_every_fact_is_told_of() -> None:
    with traced(**dict.fromkeys(FACTS, "x")):
        assert set(json.loads(JsonLine().format(record("y")))) >= set(FACTS)
