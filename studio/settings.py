"""Where the studio lives and how it was asked to behave: flag > environment > TOML > default."""

import getpass
import os
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, field_validator

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.base import Record

NAMES = r"^[A-Za-z0-9_.,-]*$"


class Settings(Record):
    """One start of the studio."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 7860
    offline: bool = False
    browser: bool = True
    people: bool = False
    worker: Literal["thread", "process"] = "thread"
    processes: int = Field(1, ge=0, le=64)  # that share one run; 0: one for every accelerator of this computer
    waiting_per_person: int = Field(20, ge=0)  # runs in the queue, where people share a computer; 0: any number
    running_per_person: int = Field(1, ge=0)  # runs at a time, where there are several accelerators; 0: any number
    llama_cpp: Path | None = None  # a checkout of llama.cpp, whose converter (and llama-quantize) makes GGUF files
    name_finder: Path | None = None  # a local folder with a model that marks people's names
    max_upload_bytes: int = 200 * 2**20
    metrics_port: int = Field(0, ge=0, le=65_535)  # of this computer alone, for Prometheus; 0: none
    disk_per_person_gb: float = Field(0.0, ge=0)  # of all her projects, where people share a computer; 0: no limit
    keep_uploads_days: int = Field(0, ge=0, le=36_500)  # original files; 0: for ever, as with the next three
    keep_chats_days: int = Field(0, ge=0, le=36_500)  # after their last message
    keep_checkpoints_days: int = Field(0, ge=0, le=36_500)  # after their run ended
    keep_trash_days: int = Field(7, ge=0, le=36_500)
    price_per_hour: float = Field(0.0, ge=0)  # of this computer, if somebody pays for it by the hour
    price_per_kwh: float = Field(0.0, ge=0)
    watts: float = Field(0.0, ge=0)  # that it draws while it teaches, as measured by whoever sets this
    currency: str = Field("", max_length=8)
    names: tuple[str, ...] = ()  # under which others open the page, as they type them
    certificate: Path | None = None  # for TLS, with its key
    key: Path | None = None
    behind_proxy: bool = False  # one that does TLS, at the address that `names` says
    trusted_proxies: tuple[str, ...] = ()  # whose word about the client's address is taken
    smtp_host: str = Field("", pattern=r"^[A-Za-z0-9.:-]*$")  # a mail server for notices: they leave the box
    smtp_port: int = Field(587, ge=1, le=65_535)
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password: Path | None = None  # a file that only its owner reads
    webhook_hosts: tuple[
        str, ...
    ] = ()  # to which notices may go, as they stand in the address; http:// in front of one
    sign_in_header: str = Field(
        "", pattern=r"^([A-Za-z][A-Za-z0-9-]{2,63})?$"
    )  # in which a trusted proxy names who asks
    sign_in_header_secret: Path | None = None  # a file with what that proxy shows in X-Studio-Proxy
    oidc_issuer: str = Field("", pattern=r"^(https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?)?$")
    oidc_client_id: str = ""
    oidc_client_secret: Path | None = None  # a file that only its owner reads
    oidc_name_claim: str = "preferred_username"  # what the issuer says of somebody that is her name here
    sign_on_new_people: bool = False  # whoever header or issuer vouch for gets an account
    scheduler: Literal["", "slurm", "ray"] = ""  # of a cluster that carries out the runs: it starts programs there
    scheduler_partition: str = Field("", pattern=NAMES)
    scheduler_account: str = Field("", pattern=NAMES)
    scheduler_options: tuple[str, ...] = ("--gpus-per-node=1", "--cpus-per-task=8", "--time=12:00:00")
    scheduler_address: str = Field("http://127.0.0.1:8265", pattern=r"^https?://[\w.:\[\]-]+/?$")  # Ray's job server
    shared_folder: Path | None = None  # that the cluster sees by the same path, where it does not see the home
    root_path: str = Field("", pattern=r"^(/[\w~-][\w.~-]*)*$")  # at which a proxy shows the page

    @field_validator("names", "trusted_proxies", "webhook_hosts", "scheduler_options", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        """An environment variable holds them with commas."""
        return tuple(one.strip() for one in given.split(",") if one.strip()) if isinstance(given, str) else given

    @field_validator("scheduler_options")
    @classmethod
    def _options(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Words that begin with two dashes: anything else would be taken for the script that is handed in."""
        if any(not one.startswith("--") or len(one) < 4 for one in given):
            raise ValueError(say("settings.option_dashes"))
        return given


def settings_from(flags: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Resolve every setting; a flag of None was not given. WrongSetting names the one that cannot be used."""
    try:
        named = flags.get("home") or environ.get("STUDIO_HOME") or platformdirs.user_data_dir("tailor-studio")
        home = Path(named).expanduser().absolute()
    except RuntimeError:  # an account without a home folder, as in a container
        raise WrongSetting(say("home_check.no_home"), hint=say("home_check.name_home"), where="home") from None
    values: dict[str, Any] = {}
    written = home / "studio.toml"
    if written.is_file():
        try:
            values |= tomllib.loads(written.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongSetting(say("settings.studio_toml_cannot_be", error=error), where=str(written)) from None
    for name in Settings.model_fields:
        if name != "home" and f"STUDIO_{name.upper()}" in environ:
            values[name] = environ[f"STUDIO_{name.upper()}"]
    values |= {name: value for name, value in flags.items() if value is not None}
    values["home"] = home
    unknown = sorted(set(values) - set(Settings.model_fields))
    if unknown:
        raise WrongSetting(say("settings.there_no_setting_called", unknown=unknown[0]), where=str(written))
    try:
        return Settings.model_validate(values)
    except ValueError as error:
        first = error.errors()[0]  # type: ignore[attr-defined]
        name = str(first["loc"][0])
        raise WrongSetting(
            say("settings.cannot_be_used", name=name, input=first["input"]), hint=first["msg"], where=name
        ) from None


def account_name() -> str:
    """Of whoever runs this process; the account's number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def shared_folder(name: Literal["assets", "sample_data"]) -> Path:
    """`assets/` or `sample_data/`: beside the package in a checkout, inside it in an installed wheel."""
    checkout = Path(__file__).resolve().parent.parent / name
    return checkout if checkout.is_dir() else Path(str(files("studio"))) / "_share" / name


def shared_file(name: Literal["constraints.txt"]) -> Path:
    """The versions that the studio was tested with; found as the shared folders are."""
    checkout = Path(__file__).resolve().parent.parent / name
    return checkout if checkout.is_file() else Path(str(files("studio"))) / "_share" / name


def keep_private(environ: dict[str, str] | os._Environ[str] = os.environ, *, offline: bool) -> None:
    """Switch off telemetry, update checks and run history; must run before any of the libraries is imported.

    The server is always offline for the hub libraries: a download is a child process of its own that a person asked
    for. Sharing through Gradio's variables is refused elsewhere, not ignored.
    """
    os.umask(0o077)
    for name, value in {
        "GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_RUN_HISTORY": "False", "GRADIO_MCP_SERVER": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1", "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "WANDB_MODE": "disabled",
        "TOKENIZERS_PARALLELISM": "false", "TRANSFORMERS_VERBOSITY": "error",
    }.items():  # fmt: skip
        environ[name] = value
    if offline:
        environ["STUDIO_OFFLINE"] = "true"
