import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable that Platecat reads: its name, default and sentence."""

    name: str
    default: str
    sentence: str
    is_secret: bool = False
    """Whether `<name>_FILE` may name a file that holds it instead."""


VARIABLES = {
    variable.name: variable
    for variable in (
        Variable(
            "DATABASE_URL",
            "",
            "Postgres to use, `postgresql://user:password@host:5432/name`; empty: the embedded one.",
            is_secret=True,
        ),
        Variable(
            "BROKER_URL",
            "",
            "Broker of the jobs, `redis://host:6379/0` or `amqp://...`; empty: the embedded one.",
            is_secret=True,
        ),
        Variable(
            "SECRET_KEY",
            "",
            "Signs sessions and cursors; empty: the embedded mode makes and keeps one.",
            is_secret=True,
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
            "PLATECAT_OIDC_URL",
            "",
            "Issuer of the institute's sign-in (OpenID Connect), below which "
            "`/.well-known/openid-configuration` lies; empty: there is none.",
        ),
        Variable("PLATECAT_OIDC_CLIENT_ID", "", "Under which name the issuer knows Platecat."),
        Variable(
            "PLATECAT_OIDC_SECRET",
            "",
            "The secret that goes with that name.",
            is_secret=True,
        ),
        Variable(
            "PLATECAT_OIDC_NAME",
            "your institute",
            "What the button says: Sign in with ...",
        ),
        Variable("PLATECAT_OIDC_GROUPS_CLAIM", "groups", "The claim that tells a person's groups."),
        Variable(
            "PLATECAT_OIDC_GROUPS",
            "",
            "Groups that follow that claim, as `theirs=ours` or one name for both, separated by commas.",
        ),
        Variable(
            "PLATECAT_RATE",
            "1200/m",
            "How often one token, person or address may ask REST in a second (`s`), minute (`m`) or hour "
            "(`h`); `off`: as often as they like. The next three count apart.",
        ),
        Variable(
            "PLATECAT_RATE_SEARCH",
            "300/m",
            "The same for searches, facets and completion, on pages too.",
        ),
        Variable("PLATECAT_RATE_EXPORT", "30/m", "The same for exports and download scripts."),
        Variable(
            "PLATECAT_RATE_PICTURES",
            "6000/m",
            "The same for thumbnails, contact sheets and views.",
        ),
        Variable(
            "PLATECAT_LOCKOUT",
            "5",
            "After so many wrong passwords in a row nobody signs in under that name from that address for "
            "a while; after twenty times as many nobody at all from that address; after ten times as many "
            "from anywhere nobody under that name from where nobody has signed in under it before.",
        ),
        Variable(
            "PLATECAT_LOCKOUT_S",
            "900",
            "For how long, in seconds.",
        ),
        Variable(
            "PLATECAT_SIGN_INS_DAYS",
            "365",
            "For how many days it is kept who came in by which door, and who was not let in.",
        ),
        Variable(
            "PLATECAT_HTTPS",
            "off",
            "`on`: everybody comes by https. Cookies, redirects and HSTS see to it that nothing goes "
            "without; the proxy says so in `X-Forwarded-Proto`.",
        ),
        Variable(
            "PLATECAT_TRUSTED_PROXIES",
            "",
            "Addresses or networks of the proxies in front, such as `10.1.0.0/16`: what they say in "
            "`X-Forwarded-For` is believed.",
        ),
        Variable(
            "PLATECAT_METRICS_NETWORKS",
            "127.0.0.0/8,::1/128",
            "Networks from which `/metrics` may be read without a token, such as `10.1.2.0/24`.",
        ),
        Variable(
            "PROMETHEUS_MULTIPROC_DIR",
            "",
            "Folder in which the web processes of one machine count requests together, empty when they "
            "start; empty: each counts alone.",
        ),
        Variable(
            "PLATECAT_LOGS",
            "",
            "`json`: a line of JSON for each request and job; `text`: for a person, without requests that "
            "went well; empty: `text` on a terminal, else `json`.",
        ),
        Variable(
            "PLATECAT_CREDENTIALS_<NAME>_{KEY,SECRET,TOKEN}",
            "",
            "Values of the credentials that a source calls by <NAME>; never in the database.",
            is_secret=True,
        ),
    )
}


def text(name: str) -> str:
    """The value of a variable of the table, or its default.

    A secret may stand in a file that `<name>_FILE` names; OSError if that cannot be read.
    """
    variable = VARIABLES[name]
    found = os.environ.get(name) or (_in_file(name) if variable.is_secret else "")
    return found or variable.default


def number(name: str) -> float:
    """The value of a variable of the table as a number."""
    return float(text(name))


def names(name: str) -> list[str]:
    """The comma-separated values of a variable of the table."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def pairs(name: str) -> dict[str, str]:
    """The values of a variable of the table that read `a=b`; a value alone means itself."""
    parted = [part.partition("=") for part in names(name)]
    return {left.strip(): right.strip() or left.strip() for left, _, right in parted}


def is_on(name: str) -> bool:
    """Whether a variable of the table says `on`."""
    return text(name).strip().lower() == "on"


def secret(credentials: str, part: str) -> str | None:
    """One value of named credentials: part is KEY, SECRET or TOKEN."""
    name = f"PLATECAT_CREDENTIALS_{credentials.upper()}_{part}"
    return os.environ.get(name) or _in_file(name) or None


def _in_file(name: str) -> str:
    """What the file holds that `<name>_FILE` names, without the end of its line; empty for none."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else ""
