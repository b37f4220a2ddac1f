"""Each kind of job has a queue, and no queue holds up another."""

import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery

from catalog import jobs
from catalog.jobs import QUEUES, Job
from tests.rabbitmq import needs_rabbitmq, rabbitmq
from workers.configuration import transport_options

MANY = 20


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Celery]:
    """Platecat's Celery on a broker, in which all bells are rung."""

    def made(url: str, **options: object) -> Celery:
        app = Celery("of this test", set_as_current=False)
        app.config_from_object("workers.configuration")
        app.conf.broker_url = url
        app.conf.broker_transport_options = {**transport_options(url), **options}
        monkeypatch.setattr("catalog.jobs.current_app", app)
        monkeypatch.setattr(jobs._silence, "until", 0.0)
        return app

    return made


def taken(app: Celery, number: int) -> list[str]:
    """The first jobs that a worker gets which is told no queues, and takes one after the other."""
    names: list[str] = []

    def take(message: Any) -> None:
        names.append(message.headers["task"])
        message.ack()

    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        channel.basic_qos(0, 1, not connection.qos_semantics_matches_spec)
        with app.amqp.TaskConsumer(connection, on_message=take):
            while len(names) < number:
                connection.drain_events(timeout=5)
    return names


def are_taken_in_turn(app: Celery) -> None:
    """The only ones of two kinds are not behind the many of a third."""
    for _ in range(MANY):
        jobs.ring(Job.DISCOVER, uuid4())
    jobs.ring(Job.HARVEST, uuid4())
    jobs.ring(Job.VALIDATE, uuid4())
    assert jobs._silence.until == 0.0
    names = taken(app, MANY + 2)
    assert {Job.HARVEST.value, Job.VALIDATE.value} < set(names[: MANY // 2])
    assert names.count(Job.DISCOVER.value) == MANY


def test_every_kind_of_job_has_a_queue_that_a_worker_serves_unasked() -> None:
    assert set(QUEUES) == set(Job)
    app = Celery("of this test", set_as_current=False)
    app.config_from_object("workers.configuration")
    assert set(app.amqp.queues.consume_from) == set(QUEUES.values())


def test_no_bell_rings_in_two_queues() -> None:
    app = Celery("of this test", set_as_current=False)
    app.config_from_object("workers.configuration")
    bound = [(queue.exchange.name, queue.routing_key) for queue in app.amqp.queues.values()]
    assert len(set(bound)) == len(bound) == len(set(QUEUES.values()))


def test_many_jobs_of_one_kind_do_not_hold_up_another(app: Callable[..., Celery]) -> None:
    are_taken_in_turn(app(os.environ["BROKER_URL"], global_keyprefix=f"{uuid4()}:"))


@pytest.mark.processes
@needs_rabbitmq
def test_nor_do_they_through_rabbitmq(app: Callable[..., Celery]) -> None:
    with rabbitmq() as url:
        made = app(url)
        are_taken_in_turn(made)
        made.close()


def test_rabbitmq_is_not_told_what_only_redis_understands() -> None:
    told = transport_options("amqp://guest:guest@host//")
    assert "visibility_timeout" not in told
    assert "visibility_timeout" in transport_options("rediss://host:6379/0")
    assert "visibility_timeout" in transport_options("redis+socket:///run/broker.sock")
