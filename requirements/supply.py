"""What the platform is made of: the pins of the locks, their licences, and the bill of materials."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
LICENCES = HERE.parent / "docs" / "licences.csv"
LOCKS = ("run", "test")
_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(?: ; (.*))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

# Licences under which a part may be used here, as SPDX names them. Those of the second group are
# for parts that stand beside our code, unchanged; those of the third for tools that no user gets.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0",
    "PSF-2.0",
    "LGPL-3.0-only", "MPL-2.0",
}  # fmt: skip
ALLOWED_IN_TESTS = ALLOWED | {"GPL-3.0-or-later"}
# How packages that do not use SPDX names write them.
_SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Read in their sources: their metadata says nothing, or they are for other machines.
_READ = {
    "async-timeout": "Apache-2.0",
    "axe-playwright-python": "MIT",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "deprecated": "MIT",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]

    @property
    def is_for_this_machine(self) -> bool:
        return self.marker is None or Marker(self.marker).evaluate()


def pins(lock: str) -> list[Pin]:
    """What a lock names, in its order."""
    text = (HERE / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        named = _PIN.match(re.sub(r"\s*--hash=\S+", "", line).strip())
        if named is None:
            raise ValueError(f"requirements/{lock}.txt: {line[:60]} is no pin")
        hashes = tuple(_HASH.findall(line))
        found.append(Pin(canonicalize_name(named[1]), named[2], named[3], hashes))
    return found


def licence_of(name: str) -> str:
    """The SPDX expression of an installed package's licence; of another, as it was read."""
    if name in _READ:
        return _READ[name]
    told = metadata.metadata(name)
    expression = told.get("License-Expression")
    if expression:
        return str(expression)
    names = [str(told.get("License") or "").split("\n")[0]]
    names += [
        line.rsplit(" :: ", 1)[-1]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    known = [_SAID.get(text, text) for text in names]
    return next((text for text in known if text in ALLOWED_IN_TESTS), "unknown")


def is_allowed(expression: str, lock: str) -> bool:
    """Whether one of the licences to choose from is allowed in every part."""
    allowed = ALLOWED if lock == "run" else ALLOWED_IN_TESTS
    choices = [choice.split(" AND ") for choice in expression.strip("()").split(" OR ")]
    return any(all(part.strip(" ()") in allowed for part in parts) for parts in choices)


def licence_rows() -> Iterator[tuple[str, str, str, str]]:
    """Name, version, licence, and which of the locks brings it first."""
    of_run = {(pin.name, pin.version) for pin in pins("run")}
    for pin in sorted(pins("test"), key=lambda pin: (pin.name, pin.version)):
        lock = "run" if (pin.name, pin.version) in of_run else "test"
        yield pin.name, pin.version, licence_of(pin.name), lock


def licences_csv() -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("package", "version", "licence", "needed_by"))
    writer.writerows(licence_rows())
    return out.getvalue()


def sbom() -> str:
    """A CycloneDX bill of materials of what the platform runs on, the same from the same lock."""
    made = subprocess.run(  # noqa: S603
        [
            sys.executable, "-m", "cyclonedx_py", "requirements", str(HERE / "run.txt"),
            "--pyproject", str(HERE.parent / "pyproject.toml"),
            "--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON",
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    bill = json.loads(made.stdout)
    here = {(pin.name, pin.version) for pin in pins("run") if pin.is_for_this_machine}
    parts = []
    for part in bill["components"]:
        name = canonicalize_name(part["name"])
        if (name, part["version"]) in here:
            licence = licence_of(name)
            kind = "expression" if " " in licence else "license"
            parts.append(
                part | {"licenses": [{kind: licence if kind == "expression" else {"id": licence}}]}
            )
    bill["components"] = parts
    kept = {part["bom-ref"] for part in parts} | {bill["metadata"]["component"]["bom-ref"]}
    bill["dependencies"] = [line for line in bill["dependencies"] if line["ref"] in kept]
    return json.dumps(bill, indent=2, sort_keys=True) + "\n"


def main() -> None:
    match sys.argv[1:]:
        case ["licences"]:
            LICENCES.write_text(licences_csv(), encoding="utf-8")
        case ["sbom", target]:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            Path(target).write_text(sbom(), encoding="utf-8")
        case _:
            sys.exit("usage: supply.py licences | sbom FILE")


if __name__ == "__main__":
    main()
