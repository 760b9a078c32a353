"""Cells of tables that leave the house: no spreadsheet runs them, none breaks its row."""

from collections.abc import Iterable

BOM = "\ufeff"  # by which spreadsheets know UTF-8
# Also the wide forms, which some spreadsheets fold.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a risky first character gets an apostrophe."""
    return f"'{text}" if text.startswith(RISKY) else text


def one_line(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def csv_line(cells: Iterable[str | int]) -> list[str | int]:
    """Cells that no spreadsheet runs."""
    return [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
