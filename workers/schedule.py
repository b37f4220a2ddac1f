"""What the clock does, and how often."""

from catalog import environment

RESEND_S = environment.number("PLATECAT_RESEND_S")

BEAT = {
    "take up lost jobs and ring for waiting ones": {
        "task": "workers.tend_jobs",
        "schedule": RESEND_S,
        # One that came late is worth nothing: the next is there already.
        "options": {"expires": RESEND_S * 2},
    },
}
