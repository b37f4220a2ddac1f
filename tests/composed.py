"""compose.yaml and the Dockerfile as data: what each service runs, with what, and how it is asked."""

import json
import re
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
COMPOSE, DOCKERFILE = ROOT / "compose.yaml", ROOT / "Dockerfile"
OURS = "platecat"
# `$$`, `${NAME}`, `${NAME:-default}` and `${NAME:?what to do}`.
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}")
UNITS = {"s": 1.0, "m": 60.0}


class NotSet(Exception):
    """A variable without which compose starts nothing; the message says what to do."""


@dataclass(frozen=True)
class Image:
    """What the Dockerfile gives a service that says nothing else."""

    command: tuple[str, ...]
    health: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Composed:
    """One service as compose starts it."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    # What is run to ask whether it is well; empty if nobody asks.
    health: tuple[str, ...]
    stop_signal: signal.Signals
    grace_s: float
    # The services that it waits for.
    after: tuple[str, ...]
    # All that was written about it.
    written: Mapping[str, Any]

    @property
    def is_ours(self) -> bool:
        """Whether it runs the image of the Dockerfile."""
        return bool(self.written["image"] == OURS)

    @property
    def queues(self) -> set[str]:
        """The queues that it takes jobs from."""
        told = [part for part in self.command if part.startswith("--queues=")]
        return {queue for part in told for queue in part.partition("=")[2].split(",")}

    def translated(self, translate: Callable[[str], str]) -> "Composed":
        """The same service with other addresses and folders."""
        return Composed(
            name=self.name,
            command=tuple(map(translate, self.command)),
            environment={name: translate(value) for name, value in self.environment.items()},
            health=tuple(map(translate, self.health)),
            stop_signal=self.stop_signal,
            grace_s=self.grace_s,
            after=self.after,
            written=self.written,
        )


def composed(variables: Mapping[str, str]) -> dict[str, Composed]:
    """Every service by name, those of profiles too; `variables` are what `.env` says."""
    written = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    image = the_image()
    return {
        name: service(name, interpolated(told, variables), image=image, variables=variables)
        for name, told in written.items()
    }


def service(
    name: str, told: Mapping[str, Any], *, image: Image, variables: Mapping[str, str]
) -> Composed:
    """A service as it is written, completed by the image and `.env` where these are its own."""
    ours = told["image"] == OURS
    base = {**image.environment, **variables} if ours else {}
    return Composed(
        name=name,
        command=tuple(told.get("command") or image.command),
        environment={**base, **told.get("environment", {})},
        health=asked(told.get("healthcheck") or {"test": ["CMD", *image.health]}),
        stop_signal=signal.Signals[told.get("stop_signal", "SIGTERM")],
        grace_s=seconds(told.get("stop_grace_period", "10s")),
        after=tuple(told.get("depends_on", ())),
        written=told,
    )


def asked(check: Mapping[str, Any]) -> tuple[str, ...]:
    """The command of a health check; empty if it is switched off."""
    if check.get("disable"):
        return ()
    how, *rest = check["test"]
    return ("/bin/sh", "-c", *rest) if how == "CMD-SHELL" else tuple(rest)


def seconds(duration: str) -> float:
    """A duration such as `60s` or `5m`."""
    return float(duration[:-1]) * UNITS[duration[-1]]


def interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    """A value with every variable in it replaced as compose does."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: replacement(found, variables), value)
    if isinstance(value, list):
        return [interpolated(part, variables) for part in value]
    if isinstance(value, dict):
        return {name: interpolated(part, variables) for name, part in value.items()}
    return value


def replacement(found: "re.Match[str]", variables: Mapping[str, str]) -> str:
    """What stands in place of one variable."""
    name, how, rest = found.groups()
    if name is None:
        return "$"
    if how == "?" and not variables.get(name):
        raise NotSet(f"{name}: {rest}")
    return variables.get(name) or rest or ""


def variables_of_compose() -> set[str]:
    """The names of all variables that compose.yaml asks for."""
    return {name for name, *_ in VARIABLE.findall(COMPOSE.read_text(encoding="utf-8")) if name}


def the_image() -> Image:
    """What the last stage of the Dockerfile says of a container."""
    told = instructions(DOCKERFILE.read_text(encoding="utf-8"))
    variables = [rest for name, rest in told if name == "ENV"]
    return Image(
        command=listed(rest for name, rest in told if name == "CMD"),
        health=listed(rest for name, rest in told if name == "HEALTHCHECK"),
        environment=dict(pair.split("=", 1) for line in variables for pair in line.split()),
    )


def listed(lines: Iterable[str]) -> tuple[str, ...]:
    """The command in the last of some lines."""
    *_, last = lines
    return tuple(json.loads(last[last.index("[") :]))


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each with what follows its name."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    pairs = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in pairs]
