"""The only process that sends something to the hub: `python -m studio.models.hub_push`, its order on standard input.

A new repository is made, private unless that was asked otherwise, and all files arrive in one commit. A token is in no
other process.
"""

import sys
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.models.fetch_process import exit_status, order_from_parent, report
from studio.models.hub import HUB_ID, refusals_in_words

MESSAGE = "A version taken home"


def push(order: dict[str, Any]) -> str:
    """Send the named `files` of the folder `target` to the new repository `model`; where it can be seen."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    model, folder, token = order["model"], Path(order["target"]), order["token"]
    if not HUB_ID.match(model) or ".." in model:
        raise UnusableModel(say("fetch.no_hub_id", model=model[:80]), hint=say("push.no_hub_id_next"))
    api = HfApi(token=token)
    with refusals_in_words(model, None):
        try:
            made = api.create_repo(model, private=order["private"], exist_ok=False, repo_type="model")
        except HfHubHTTPError as error:
            if error.response is not None and error.response.status_code == 409:
                raise StudioError(say("push.there", model=model), hint=say("push.there_next")) from None
            if error.response is not None and error.response.status_code in (401, 403):
                raise StudioError(say("push.token"), hint=say("push.token_next", model=model), where="token") from None
            raise
        report(stage="push", total=0)
        api.upload_folder(repo_id=model, folder_path=folder, allow_patterns=order["files"], commit_message=MESSAGE)
    return str(made)


def main() -> int:
    """The whole life of this process."""
    order = order_from_parent()
    return exit_status(lambda: report(address=push(order)))


if __name__ == "__main__":
    sys.exit(main())
