"""How storage is to be opened: our names, and what the clients call the same."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypedDict, cast

from msgspec import Meta

from plates.omezarr.guard import Guard

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

OptionValue: TypeAlias = str | int | float | bool | timedelta
NestedOptions: TypeAlias = dict[str, "OptionValue | NestedOptions"]

_MEBIBYTE = 1024 * 1024
# What a source may say: with no request at once nothing is read, and without a limit none ends.
Seconds: TypeAlias = Annotated[float, Meta(ge=0.001, le=86_400)]
# Any of these tells that the environment has credentials, or knows whom to ask for them.
_CREDENTIALS_IN_ENVIRONMENT = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How to open a storage and how much to ask of it at once.

    `endpoint` is the URL of an S3 service other than Amazon's, `ca` a file of PEM certificates
    to trust besides the usual ones. `anonymous` None means: unsigned, unless there are
    credentials here or in the environment; say False for the role of a cloud machine.
    `timeout_s` is for one request, `stall_s` for the time in which nothing of its answer comes (of
    http(s) and S3), `retries` how often it is asked again if that may help, `concurrency` the number of requests under way at once.
    `guard` says which addresses may be read; without one, all may. It is set by code alone.
    """

    endpoint: str | None = None
    anonymous: bool | None = None
    region: str | None = None
    key: str | None = None
    secret: str | None = None
    token: str | None = None
    ca: str | None = None
    timeout_s: Seconds = 30.0
    connect_timeout_s: Seconds = 10.0
    stall_s: Seconds = 10.0
    retries: Annotated[int, Meta(ge=0, le=100)] = 4
    concurrency: Annotated[int, Meta(ge=1, le=10_000)] = 64
    max_document_bytes: Annotated[int, Meta(ge=1)] = 32 * _MEBIBYTE
    guard: Guard | None = None

    def __repr__(self) -> str:
        # Written out by hand, so that no secret ever gets into a log.
        return f"StoreOptions(endpoint={self.endpoint!r}, region={self.region!r})"

    @property
    def is_anonymous(self) -> bool:
        """Whether requests go unsigned."""
        if self.anonymous is not None:
            return self.anonymous
        return not self._has_credentials

    @property
    def asks_the_machine(self) -> bool:
        """Whether credentials are asked of the cloud machine that this one may be."""
        return not self.is_anonymous and not self._has_credentials

    @property
    def _has_credentials(self) -> bool:
        return self.key is not None or any(map(os.environ.get, _CREDENTIALS_IN_ENVIRONMENT))


@dataclass(frozen=True, slots=True)
class CarriedOption:
    """One option of ours and where obstore and s3fs want to find it: dotted paths, or nowhere."""

    name: str
    obstore: str | None
    s3fs: str | None


OPTIONS = (
    CarriedOption("endpoint", "config.endpoint", "client_kwargs.endpoint_url"),
    CarriedOption("anonymous", "config.skip_signature", "anon"),
    CarriedOption("region", "config.region", "client_kwargs.region_name"),
    CarriedOption("key", "config.access_key_id", "key"),
    CarriedOption("secret", "config.secret_access_key", "secret"),
    CarriedOption("token", "config.token", "token"),
    CarriedOption("ca", "client_options.root_certificate", "client_kwargs.verify"),
    CarriedOption("timeout_s", "client_options.timeout", "config_kwargs.read_timeout"),
    CarriedOption(
        "connect_timeout_s", "client_options.connect_timeout", "config_kwargs.connect_timeout"
    ),
    CarriedOption("stall_s", "client_options.read_timeout", None),
    CarriedOption("retries", "retry_config.max_retries", "config_kwargs.retries.max_attempts"),
    CarriedOption("concurrency", None, "config_kwargs.max_pool_connections"),
    CarriedOption("max_document_bytes", None, None),
)
"""Every option that a source may set: a test compares this table with the fields of StoreOptions."""


class ObstoreOptions(TypedDict):
    """What obstore's stores are made with."""

    config: "S3Config"
    client_options: "ClientConfig"
    retry_config: "RetryConfig"


def obstore_options(options: StoreOptions) -> ObstoreOptions:
    """The options as obstore's S3Store takes them: config, client_options and retry_config."""
    values = _values(options)
    values["timeout_s"] = timedelta(seconds=options.timeout_s)
    values["stall_s"] = timedelta(seconds=options.stall_s)
    values["connect_timeout_s"] = timedelta(seconds=options.connect_timeout_s)
    if options.ca is not None:
        values["ca"] = Path(options.ca).read_text(encoding="ascii")
    nested = _nest((carried.obstore, values.get(carried.name)) for carried in OPTIONS)
    return cast("ObstoreOptions", nested)


def s3fs_options(options: StoreOptions) -> NestedOptions:
    """The options as s3fs, and what is built on it, takes them."""
    values = _values(options)
    return _nest((carried.s3fs, values.get(carried.name)) for carried in OPTIONS)


def _values(options: StoreOptions) -> dict[str, OptionValue | None]:
    values: dict[str, OptionValue | None] = {
        carried.name: getattr(options, carried.name) for carried in OPTIONS
    }
    values["anonymous"] = options.is_anonymous
    return values


def _nest(flat: Iterable[tuple[str | None, OptionValue | None]]) -> NestedOptions:
    nested: NestedOptions = {}
    for path, value in flat:
        if path is None or value is None:
            continue
        *folders, name = path.split(".")
        place = nested
        for folder in folders:
            inner = place.setdefault(folder, {})
            if isinstance(inner, dict):
                place = inner
        place[name] = value
    return nested
