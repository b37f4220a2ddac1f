"""What the clock does, and how often."""

from catalog import environment

CLOCK = "clock"
FORGET_S = 3600
RESEND_S = environment.number("PLATECAT_RESEND_S")

BEAT = {
    "take up lost jobs and ring for waiting ones": {
        "task": "workers.tend_jobs",
        "schedule": RESEND_S,
        # A queue of its own, so that it never waits behind the work that it watches over; and
        # one that came late is worth nothing: the next is there already.
        "options": {"queue": CLOCK, "expires": RESEND_S * 2},
    },
    "forget scans that found nothing new": {
        "task": "workers.forget_idle_scans",
        "schedule": FORGET_S,
        "options": {"queue": CLOCK, "expires": FORGET_S},
    },
}
