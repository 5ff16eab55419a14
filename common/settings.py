"""Every setting of the toolkit, in one typed place: the only reader of the environment.

Values come, in this order, from the environment (``DISINFO_…``), from the file named by ``DISINFO_CONFIG_FILE`` or ``.env``, and from the
defaults below, which run the four tools on one machine with nothing else installed. ``docs/reference/settings.md`` is made from this file.
"""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Locale = Literal["en", "fr"]
SHORTEST_SECRET = 32  # characters


class Settings(BaseSettings):
    """The settings of one process. Unknown ``DISINFO_`` names are an error in the file, ignored in the environment."""

    model_config = SettingsConfigDict(env_prefix="DISINFO_", env_file=".env", frozen=True)

    data_dir: Path = Field(
        Path("var"), description="Folder for the SQLite database, uploads and the secret key."
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL. Empty: SQLite in the data folder. PostgreSQL: postgresql+psycopg://…",
    )
    redis_url: str | None = Field(
        None, description="Redis or Valkey, for several processes. Empty: everything in this process."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs cookies. Empty: made once and kept in the data folder."
    )
    secret_key_file: Path | None = Field(
        None, description="A file that holds the secret key (container secrets)."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people type; links are made from it."
    )
    trusted_proxies: str = Field(
        "127.0.0.1", description="Addresses whose X-Forwarded-* headers are believed, with commas."
    )
    tools: tuple[str, ...] = Field(
        ("encyclopedia", "political_ads", "bot_detector", "collab_chat"),
        description="The tools that this process serves.",
    )
    peer_urls: dict[str, str] = Field(
        {},
        description='Where tools run that this process does not serve (JSON, {"bot_detector": "https://…"}).',
    )
    default_locale: Locale = Field("en", description="For readers whose browser states neither language.")
    source_url: str = Field(
        "", description="Where readers find the source of the running version. Empty: not shown."
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics. Empty: /metrics answers to this machine only."
    )
    log_format: Literal["json", "console"] = Field(
        "console", description="json for machines, console for people."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is logged."
    )
    run_jobs: bool = Field(
        True, description="Run jobs inside the web process. Turn off where `disinfo worker` runs."
    )
    job_threads: int = Field(1, ge=1, le=16, description="Jobs at once in one process.")
    web_threads: int = Field(
        8,
        ge=1,
        le=64,
        description="Threads for synchronous handlers in one process; more is slower under the GIL.",
    )
    session_days: int = Field(14, ge=1, le=90, description="Days until an unused sign-in ends.")
    invitation_hours: int = Field(72, ge=1, le=24 * 30, description="Hours until an invitation link ends.")
    upload_max_mb: int = Field(
        200, ge=1, le=10_000, description="Largest file that a page or the API takes, in MB."
    )
    open_tools: tuple[str, ...] = Field(
        (),
        description='Tools that people may use as guests without signing in (JSON list, e.g. ["bot_detector"]).',
    )
    encyclopedia_readers_see: Literal["latest", "reviewed"] = Field(
        "latest",
        description="What readers of an entry see: its newest revision, or the last that a reviewer approved. Entries may differ.",
    )
    bots_default_prevalence: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Share of automated accounts assumed until the analyst says otherwise. Empty: 0.10.",
    )
    bots_retention_days: int = Field(
        90, ge=0, le=3650, description="Days that scores and observations are kept. 0: until deleted by hand."
    )
    bots_max_rows: int = Field(
        200_000, ge=1, description="Most accounts in one uploaded file; larger files: the CLI."
    )
    ads_meta_token: SecretStr | None = Field(
        None, description="Access token for Meta's Ad Library API. Empty: files only."
    )
    ads_meta_version: str = Field("v22.0", description="Version of Meta's Graph API that is asked.")

    rooms_private_integrations: tuple[str, ...] = Field(
        (),
        description='Hosts of your own network that commands, buttons and feeds of the alert room may reach (JSON list, `["10.0.0.5"]`).',
    )
    rooms_file_max_mb: int = Field(
        25, ge=1, le=2_000, description="Largest file that a room takes, in MB; `upload_max_mb` holds too."
    )
    rooms_chromium: str = Field(
        "",
        description="Chromium for pictures of captured pages. Empty: the system's, where there is one. `none`: no pictures.",
    )
    smtp_host: str = Field("", description="Mail server for notices. Empty: no e-mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected. `none` only for a server on this machine."
    )
    smtp_user: str = Field("", description="User name at the mail server. Empty: none is asked for.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_from: str = Field("", description="The address that notices come from.")
    rooms_notice_services: tuple[str, ...] = Field(
        (),
        description='Kinds of Apprise addresses that people may give for notices (JSON list, `["ntfys", "matrixs"]`). Empty: none. '
        "Apprise opens these addresses itself, so allow only kinds whose servers are fixed, or that you trust.",
    )
    rooms_push: bool = Field(True, description="Offer notices by the browser (web push).")

    rooms_timestamp_url: str = Field(
        "", description="An RFC 3161 time-stamping service for captured evidence. Empty: no time-stamps."
    )

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'disinfo.sqlite3'}"

    @cached_property
    def secret(self) -> str:
        """The secret key in force; made and kept (mode 0600) where none was given."""
        if self.secret_key:
            return _long_enough(self.secret_key.get_secret_value())
        if self.secret_key_file:
            return _long_enough(self.secret_key_file.read_text().strip())
        kept = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(key := secrets.token_urlsafe(48))
        return key

    @property
    def secure(self) -> bool:
        """Whether people reach this deployment by HTTPS."""
        return self.public_url.startswith("https://")


def _long_enough(key: str) -> str:
    if len(key) < SHORTEST_SECRET:
        msg = f"the secret key has {len(key)} characters; it needs at least {SHORTEST_SECRET}"
        raise ValueError(msg)
    return key


def read_settings() -> Settings:
    """Read the settings from the environment and from the file that DISINFO_CONFIG_FILE names (default `.env`)."""
    return Settings(_env_file=os.environ.get("DISINFO_CONFIG_FILE", ".env"))


def pin_threads() -> None:
    """Keep numeric libraries to one thread a process, unless the operator says otherwise; call before they load.

    Processes scale; threads that fight for the same cores were measured 8 to 20 times slower.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ.setdefault(name, "1")


def settings_reference() -> str:
    """Return docs/reference/settings.md: every setting with its default and meaning."""
    lines = [
        "# Settings",
        "",
        "Read from the environment, from the file that `DISINFO_CONFIG_FILE` names (default `.env`), else the default. Lists and tables",
        "are written as JSON. This page is made from `common/settings.py` by `make docs`.",
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `DISINFO_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
