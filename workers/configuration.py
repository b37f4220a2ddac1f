"""How Celery runs. Jobs live in the database, so a lost message costs a moment, never a job."""

from catalog import environment
from workers.schedule import BEAT

broker_url = environment.text("BROKER_URL") or "memory://"
broker_connection_retry_on_startup = True
# After a broker's death its clients try for ever; a web request that rings does not wait.
broker_connection_max_retries = None
broker_transport_options = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Every message is acknowledged on arrival; what Redis would send again has long been taken.
    "visibility_timeout": 3600,
    # Who rings does not wait for a broker that is away: the clock rings again.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
task_publish_retry = False
task_ignore_result = True
task_acks_late = False
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = False
task_default_queue = "platecat"
beat_schedule = BEAT
timezone = "UTC"
