"""How Celery runs. Jobs live in the database, so a lost message costs a moment, never a job."""

from catalog import environment
from catalog.jobs import QUEUES
from workers.schedule import BEAT

# Who rings does not wait for a broker that is away: the clock rings again.
RETRIES = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
# What Redis and Valkey have to be told besides; RabbitMQ knows it of itself.
REDIS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A message is acknowledged as its work begins; what would be sent again has long been taken.
    "visibility_timeout": 3600,
    "queue_order_strategy": "round_robin",
}


def is_redis(url: str) -> bool:
    """Whether the broker at a URL speaks the protocol of Redis."""
    return url.startswith(("redis", "sentinel"))


def transport_options(url: str) -> dict[str, object]:
    """What the client of a broker is told, by the kind of broker at the URL."""
    return {**RETRIES, **(REDIS if is_redis(url) else {})}


broker_url = environment.text("BROKER_URL") or "memory://"
broker_connection_retry_on_startup = True
# After a broker's death its clients try for ever; a web request that rings does not wait.
broker_connection_max_retries = None
broker_transport_options = transport_options(broker_url)
# With an exchange of its own each: Celery would bind all to one, and a bell would ring in all.
task_queues = {name: {"exchange": name, "routing_key": name} for name in QUEUES.values()}
task_publish_retry = False
task_ignore_result = True
task_acks_late = False
worker_prefetch_multiplier = 1
# Where the broker allows it a worker takes no job that it cannot begin: another may be idle.
worker_disable_prefetch = is_redis(broker_url)
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = False
beat_schedule = BEAT
# What beat remembers is written at each tick, so that its age tells whether the clock goes.
beat_sync_every = 1
timezone = "UTC"
