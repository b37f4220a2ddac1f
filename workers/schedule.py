"""What the clock does, and how often."""

from catalog import environment

CLOCK = "clock"
FOLD_S = 300
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
    "add up what was written down of how many have each term": {
        "task": "workers.fold_term_counts",
        "schedule": FOLD_S,
        "options": {"queue": CLOCK, "expires": FOLD_S},
    },
    "forget scans that found nothing new": {
        "task": "workers.forget_idle_scans",
        "schedule": FORGET_S,
        "options": {"queue": CLOCK, "expires": FORGET_S},
    },
}
