import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable that Platecat reads: its name, default and sentence."""

    name: str
    default: str
    sentence: str


VARIABLES = {
    variable.name: variable
    for variable in (
        Variable(
            "DATABASE_URL",
            "",
            "Postgres to use, `postgresql://user:password@host:5432/name`; empty: the embedded one.",
        ),
        Variable(
            "BROKER_URL",
            "",
            "Broker of the jobs, `redis://host:6379/0` or `amqp://...`; empty: the embedded one.",
        ),
        Variable(
            "SECRET_KEY",
            "",
            "Signs sessions and cursors; empty: the embedded mode makes and keeps one.",
        ),
        Variable(
            "ALLOWED_HOSTS",
            "127.0.0.1,localhost",
            "Host names under which the web answers, separated by commas.",
        ),
        Variable(
            "PLATECAT_DATA",
            ".platecat",
            "Folder of the embedded mode: database, broker, logs, demo plates.",
        ),
        Variable(
            "PLATECAT_INSTITUTE",
            "",
            "Name of the institute, shown on every page.",
        ),
        Variable(
            "PLATECAT_LOGO",
            "",
            "File with the institute's logo (SVG or PNG), shown on every page; empty: the cat.",
        ),
        Variable(
            "PLATECAT_ACCENT",
            "",
            "The institute's colour for what can be acted on, light and dark: `#0b6660,#62cabf`.",
        ),
        Variable(
            "PLATECAT_STATEMENT_TIMEOUT_S",
            "30",
            "Longest time that one SQL statement of a request may take, in seconds.",
        ),
        Variable(
            "PLATECAT_SEARCH_TIMEOUT_S",
            "5",
            "Longest time that one SQL statement of a search may take, in seconds.",
        ),
        Variable(
            "PLATECAT_LEASE_S",
            "20",
            "A job whose worker gave no sign for so many seconds goes to another worker.",
        ),
        Variable(
            "PLATECAT_RESEND_S",
            "5",
            "How often, in seconds, the clock looks for jobs that no worker took.",
        ),
        Variable(
            "PLATECAT_ATTEMPTS",
            "10",
            "How often a job is tried when what failed may pass (a timeout, say), with growing waits; "
            "lost workers are counted apart, as often.",
        ),
        Variable(
            "PLATECAT_CONCURRENCY",
            "64",
            "Requests that one harvest keeps under way at once; a source may ask for another number.",
        ),
        Variable(
            "PLATECAT_HOST_CONCURRENCY",
            "128",
            "Requests that all workers together keep under way at once to one host.",
        ),
        Variable(
            "PLATECAT_MAX_DOCUMENT_MIB",
            "32",
            "Largest metadata document that is read, in MiB; a larger one is refused.",
        ),
        Variable(
            "PLATECAT_PREVIEWS",
            "on",
            "Whether thumbnails, contact sheets and statistics are drawn after each harvest that "
            "changed a store; `off`: only when somebody asks.",
        ),
        Variable(
            "PLATECAT_PICTURES_MIB",
            "4096",
            "Most that drawn pictures take up in `PLATECAT_DATA`, in MiB; what was looked at least "
            "lately goes first, and is drawn again when it is asked for.",
        ),
        Variable(
            "PLATECAT_VERSIONS",
            "",
            "Folder in which the files of published versions are kept, the same one for web and "
            "workers; empty: `versions` in `PLATECAT_DATA`.",
        ),
        Variable(
            "PLATECAT_CHECKLIST",
            "",
            "Lines of the checklist of a publication that weigh otherwise than usual: "
            "`organism=blocks,previews=off,coverage=blocks:95`.",
        ),
        Variable(
            "PLATECAT_VIEW_TIMEOUT_S",
            "20",
            "Longest time that the pixels of one picture may take to come, in seconds.",
        ),
        Variable(
            "PLATECAT_PLATE_MAP_MIB",
            "1024",
            "Size of all files of one plate map together, in MiB; larger ones are refused.",
        ),
        Variable(
            "PLATECAT_PLATE_MAP_FILES",
            "100",
            "Number of files of one plate map; more are refused.",
        ),
        Variable(
            "PLATECAT_ALLOWED_SCHEMES",
            "https,http,s3",
            "How addresses may begin that come over REST or the admin; folders need a root.",
        ),
        Variable(
            "PLATECAT_ALLOWED_HOSTS",
            "",
            "Servers that such addresses may name, as `example.org` or `*.example.org`; empty: "
            "every public one.",
        ),
        Variable(
            "PLATECAT_ALLOWED_ROOTS",
            "",
            "What such addresses may lie below whatever else is said, private or local too: "
            "`file:///data/screens`, `s3://bucket/folder`, `https://host/folder`.",
        ),
        Variable(
            "PLATECAT_ALLOWED_NETWORKS",
            "",
            "Networks that may be dialled for them though they are not public, such as "
            "`10.1.0.0/16`.",
        ),
        Variable(
            "PLATECAT_DATA_URL",
            "",
            "Where browsers and programs reach the process that serves bytes, as "
            "`https://data.example.org`; empty: at the web's own address, below `/data/`.",
        ),
        Variable(
            "PLATECAT_DATA_INSIDE_URL",
            "",
            "Where workers reach that process, if not there: links are tested at this address.",
        ),
        Variable(
            "PLATECAT_ACCEL",
            "",
            "Internal location of nginx, such as `/-/files`, under which it finds the folders of this "
            "machine and sends what the process of bytes names; empty: that process sends it itself.",
        ),
        Variable(
            "PLATECAT_SIGNED_S",
            "3600",
            "How long, in seconds, a signed URL of an object in private S3 counts.",
        ),
        Variable(
            "PLATECAT_LINK_S",
            "43200",
            "How long, in seconds, a signed link counts that a person is given for a viewer.",
        ),
        Variable(
            "PLATECAT_SHARE_DAYS",
            "90",
            "For how many days a share may be made at most.",
        ),
        Variable(
            "PLATECAT_CREDENTIALS_<NAME>_{KEY,SECRET,TOKEN}",
            "",
            "Values of the credentials that a source calls by <NAME>; never in the database.",
        ),
    )
}


def text(name: str) -> str:
    """The value of a variable of the table, or its default."""
    return os.environ.get(name) or VARIABLES[name].default


def number(name: str) -> float:
    """The value of a variable of the table as a number."""
    return float(text(name))


def names(name: str) -> list[str]:
    """The comma-separated values of a variable of the table."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def secret(credentials: str, part: str) -> str | None:
    """One value of named credentials: part is KEY, SECRET or TOKEN."""
    return os.environ.get(f"PLATECAT_CREDENTIALS_{credentials.upper()}_{part}") or None
