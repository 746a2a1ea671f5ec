"""Who works alone without sign-in pays nothing for people."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import asyncio, sys
from pathlib import Path
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import build_site, refuse_exposure
from tests.fake_engine import FakeEngine
settings = Settings(home=Path(sys.argv[1]), offline=True)
refuse_exposure(settings, {})
studio = Studio(settings, FakeEngine())
async def build():
    return build_site(studio, settings, SessionKeys(), port=7861, on_first_page=lambda: None, people=studio.people)
asyncio.run(build())
studio.close()
paid = {"argon2", "limits", "itsdangerous", "studio.web.guard.limits", "studio.web.guard.uploads",
        "studio.services.acting_studio", "studio.web.sign_in.sign_in_routes"} & set(sys.modules)
assert not paid, paid
"""


def test_nothing_of_it_is_imported(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", CODE, str(tmp_path / "home")], check=True, cwd=ROOT)
