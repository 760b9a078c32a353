"""YAML read with its lines: every field is known, present and of its kind, or noted."""

from collections.abc import Collection, Mapping
from typing import Any

import yaml

from learnplat.catalogue.reader.faults import Sheet
from learnplat.catalogue.sources import is_key
from learnplat.core.languages import Language

Node = Any  # PyYAML's nodes have no types
_TEXT = "tag:yaml.org,2002:str"
_WHOLE = "tag:yaml.org,2002:int"
_FLAG = "tag:yaml.org,2002:bool"
LONGEST_TITLE = 300  # characters
LONGEST_TEXT = 2000


class Front:
    """One YAML document and the sheet on which its faults are noted.

    Each method gives an empty value of its kind for what is missing or wrong, so that one reading
    finds every fault.
    """

    def __init__(self, sheet: Sheet, text: str, first_line: int = 1) -> None:
        self.sheet = sheet
        self.first_line = first_line
        self.root: Node = None
        try:
            self.root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line if mark else 0
            sheet.note(line + first_line, f"invalid YAML: {error.problem or error.context}")
        except yaml.YAMLError:
            sheet.note(first_line, "invalid YAML: a character that YAML does not allow")
        else:
            if self.root is None:
                sheet.note(first_line, "the fields are missing")

    def line(self, node: Node) -> int:
        return int(node.start_mark.line) + self.first_line

    def note(self, node: Node, message: str) -> None:
        self.sheet.note(self.line(node), message)

    def fields(
        self, node: Node, needed: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Node]:
        """The fields of a mapping by name."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.note(node, f"fields are needed here: {', '.join(needed)}")
            return {}
        found: dict[str, Node] = {}
        for name, value in node.value:
            key = name.value if isinstance(name, yaml.ScalarNode) else None
            if key is None or (key not in needed and key not in optional):
                self.note(name, f"unknown field “{key}”" if key else "unknown field")
            elif key in found:
                self.note(name, f"duplicate key “{key}”")
            else:
                found[key] = value
        for name in needed:
            if name not in found:
                self.note(node, f"missing field “{name}”")
        return found

    def text(self, node: Node, name: str, longest: int = LONGEST_TEXT) -> str:
        """A text that readers see."""
        value = self._text(node, name, longest)
        if value:
            self.sheet.show(self.line(node), name, value)
        return value

    def _text(self, node: Node, name: str, longest: int = LONGEST_TEXT) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT:
            self.note(node, f"“{name}” must be text in double quotes")
            return ""
        value = str(node.value)
        if not value.strip():
            self.note(node, f"“{name}” is empty")
        elif value != value.strip() or "\n" in value:
            self.note(node, f"“{name}” must be one line without spaces around it")
        elif len(value) > longest:
            self.note(node, f"“{name}” is longer than {longest} characters")
        return value

    def key(self, node: Node, name: str = "key") -> str:
        value = self._text(node, name)
        if value and not is_key(value):
            self.note(node, f"“{name}” must be small letters, digits and hyphens")
        return value

    def one_of(self, node: Node, name: str, choices: Collection[str]) -> str:
        value = self._text(node, name)
        if value and value not in choices:
            self.note(node, f"“{name}” must be one of {', '.join(choices)}")
        return value

    def whole(self, node: Node, name: str, least: int, most: int) -> int:
        if node is None:
            return 0
        value = -1
        if isinstance(node, yaml.ScalarNode) and node.tag == _WHOLE and node.value.isdecimal():
            value = int(node.value[:9])
        if not least <= value <= most:
            self.note(node, f"“{name}” must be a whole number from {least} to {most}")
            return 0
        return value

    def flag(self, node: Node, name: str) -> bool:
        if node is None:
            return False
        if not isinstance(node, yaml.ScalarNode) or node.tag != _FLAG:
            self.note(node, f"“{name}” must be true or false")
            return False
        return str(node.value).lower() in ("true", "yes", "on")

    def items(self, node: Node, name: str, least: int = 1) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.note(node, f"“{name}” must be a list")
            return []
        if len(node.value) < least:
            self.note(node, f"“{name}” needs {least} or more")
        return list(node.value)

    def texts(self, node: Node, name: str, longest: int = LONGEST_TEXT) -> dict[str, str]:
        """One text in each language, by code."""
        found: Mapping[str, Node] = self.fields(node, [language.value for language in Language])
        return {
            language.value: self.text(found.get(language.value), f"{name}.{language}", longest)
            for language in Language
        }
