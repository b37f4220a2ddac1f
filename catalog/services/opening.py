"""How a store is opened: what its source says, with secrets from the environment."""

from dataclasses import replace

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from catalog import environment
from catalog.errors import NotUnderstood
from catalog.models import Job, Source
from plates.omezarr.errors import GuardMalformed
from plates.omezarr.guard import Guard
from plates.omezarr.options import OPTIONS, StoreOptions

SECRET_NAMES = ("key", "secret", "token")


def options_for(
    source: Source | None, *, guarded: bool = True, requests: int | None = None
) -> StoreOptions:
    """The options under which the stores of a source are read, so many requests at once.

    `guarded` ones open only what the operator allows.
    """
    told = dict(checked_options(source.options)) if source else {}
    told.setdefault("concurrency", settings.CONCURRENCY)
    if requests is not None:
        told["concurrency"] = requests
    told.setdefault("max_document_bytes", settings.MAX_DOCUMENT_BYTES)
    if source and source.credentials:
        told |= secrets_of(source.credentials)
    options = msgspec.convert(told, StoreOptions, strict=False)
    return replace(options, guard=guard_from_settings()) if guarded else options


def options_of(job: Job) -> StoreOptions:
    """The options under which a job reads."""
    return options_for(job.source, guarded=job.guarded, requests=job.requests or None)


def checked_options(options: object) -> dict[str, object]:
    """The options of a source, refused in a sentence if no store can be opened with them."""
    if not isinstance(options, dict):
        raise NotUnderstood("options", 'Options are an object, such as {"region": "eu"}.')
    if refused := sorted(set(options) & set(SECRET_NAMES)):
        raise NotUnderstood("options", secret_refusal(refused[0]))
    known = {option.name for option in OPTIONS}
    if unknown := sorted(set(options) - known):
        raise NotUnderstood(
            "options",
            f"There is no option '{unknown[0]}' for opening a store. "
            f"Known are {', '.join(sorted(known - set(SECRET_NAMES)))}.",
        )
    try:
        msgspec.convert(options, StoreOptions, strict=False)
    except msgspec.ValidationError as error:
        raise NotUnderstood("options", f"An option cannot be read: {error}.") from error
    return options


def guard_from_settings() -> Guard:
    """What may be read of addresses that came over REST or the admin.

    To be put into options with `dataclasses.replace`. ImproperlyConfigured if a setting cannot be
    read.
    """
    try:
        return Guard(**settings.ADDRESSES_ALLOWED)
    except GuardMalformed as error:
        raise ImproperlyConfigured(str(error)) from error


def secrets_of(credentials: str) -> dict[str, object]:
    """The values of named credentials, from the environment."""
    return {
        name: value
        for name in SECRET_NAMES
        if (value := environment.secret(credentials, name.upper())) is not None
    }


def secret_refusal(name: str) -> str:
    """Why a secret may not stand in a source's options."""
    return (
        f"'{name}' is a secret and may not stand in the options of a source. Name the "
        f"credentials instead and put the value into the environment, as "
        f"PLATECAT_CREDENTIALS_<NAME>_{name.upper()}."
    )
