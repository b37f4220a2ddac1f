from django.core.exceptions import ImproperlyConfigured

from catalog import environment


def require_secret_key() -> None:
    """ImproperlyConfigured where nothing says with which key all processes of Platecat sign."""
    if not environment.text("SECRET_KEY"):
        # Each process would sign with a key of its own and refuse what another has signed.
        raise ImproperlyConfigured(
            "SECRET_KEY is not set, so that no session would last. Set it to a long random value that "
            "stays the same, such as `openssl rand -hex 32` prints, for every process of Platecat."
        )
