"""What the platform is made of, and that it can be made again. SECURITY: T169, T171, T172."""

import csv
import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("supply", ROOT / "requirements" / "supply.py")
supply = importlib.util.module_from_spec(spec)
sys.modules["supply"] = supply
spec.loader.exec_module(supply)
# What a new virtual environment brings by itself, and the platform.
NOT_LOCKED = {"learnplat", "pip", "setuptools", "wheel"}


def installed():
    return {
        canonicalize_name(found.name): found.version
        for found in metadata.distributions()
        if canonicalize_name(found.name) not in NOT_LOCKED
    }


@pytest.mark.parametrize("lock", supply.LOCKS)
def test_every_pin_names_one_version_and_its_hashes(lock):
    pins = supply.pins(lock)
    assert len(pins) > 50
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert [pin.name for pin in pins if not re.fullmatch(r"[0-9][\w.!+-]*", pin.version)] == []


@pytest.mark.parametrize("lock", supply.LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(
        r"--(extra-)?index-url|--find-links|--trusted-host|https?://| @ |^-e", text
    )


def test_what_is_installed_is_what_is_locked():
    locked = {pin.name: pin.version for pin in supply.pins("test") if pin.is_for_this_machine}
    assert installed() == {name: v for name, v in locked.items() if name not in NOT_LOCKED}


def test_what_runs_is_a_part_of_what_is_tested():
    tested = {(pin.name, pin.version): pin.hashes for pin in supply.pins("test")}
    assert [p.name for p in supply.pins("run") if tested.get((p.name, p.version)) != p.hashes] == []


def test_every_needed_package_is_in_the_lock():
    named = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").split()
    wanted = {canonicalize_name(re.split(r"[=<>\[]", line)[0]) for line in named}
    assert wanted <= {pin.name for pin in supply.pins("run")}


def test_every_licence_is_known_and_allowed():
    """SECURITY: T170. A new package with another licence is somebody's decision first."""
    rows = list(csv.DictReader(io.StringIO(supply.LICENCES.read_text(encoding="utf-8"))))
    wrong = [row for row in rows if not supply.is_allowed(row["licence"], row["needed_by"])]
    assert wrong == []
    assert {(row["package"], row["version"]) for row in rows} == {
        (pin.name, pin.version) for pin in supply.pins("test")
    }


def test_the_list_of_licences_is_what_the_packages_say():
    rows = csv.DictReader(io.StringIO(supply.LICENCES.read_text(encoding="utf-8")))
    here = installed()
    for row in rows:
        if here.get(row["package"]) == row["version"]:
            assert row["licence"] == supply.licence_of(row["package"]), row["package"]


@pytest.mark.parametrize(
    ("expression", "lock", "is_allowed"),
    [("MIT", "run", True), ("GPL-3.0-or-later", "run", False), ("GPL-3.0-or-later", "test", True),
     ("Apache-2.0 OR Proprietary", "run", True), ("MIT AND Proprietary", "run", False),
     ("unknown", "test", False), ("", "run", False)],
)  # fmt: skip
def test_what_is_allowed(expression, lock, is_allowed):
    assert supply.is_allowed(expression, lock) is is_allowed


def test_the_bill_of_materials_names_what_is_installed_and_nothing_else():
    bill = json.loads(supply.sbom())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {canonicalize_name(part["name"]): part["version"] for part in bill["components"]}
    needed = {pin.name for pin in supply.pins("run") if pin.is_for_this_machine}
    here = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
    assert named == {name: version for name, version in here.items() if name in needed}
    assert named.keys() == needed
    assert all(part["licenses"] for part in bill["components"])
    hashes = [ref for part in bill["components"] for ref in part["externalReferences"]]
    assert all(ref["hashes"] for ref in hashes)


def wheel(folder):
    """The wheel of a copy of the sources, as bytes."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "wsgi.py", "README.md"):
        shutil.copy(ROOT / name, source)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "learnplat", source / "learnplat", ignore=unwanted)
    code = (
        "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return (folder / made.stdout.split()[-1]).read_bytes()


def test_the_same_sources_make_the_same_wheel(tmp_path):
    found = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        found.append(hashlib.sha256(wheel(folder)).hexdigest())
    assert found[0] == found[1]
