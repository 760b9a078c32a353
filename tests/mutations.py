"""Do the tests notice? The rules are spoilt in one place at a time, and their tests run on each.

`make mutations`. A mutant that no test notices is printed with its place. Each is tried in a process
of its own that reads the spoilt text from memory: no file of the tree is touched. SECURITY: T176.
"""

import ast
import copy
import importlib.abc
import importlib.machinery
import io
import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEAST = 0.8  # of the mutants must be noticed
MOST = 60  # mutants of one module: more are drawn from by lot
# What decides, and the tests that speak for it.
MODULES = {
    "learnplat.core.permissions": ("tests/house/test_permissions.py",),
    "learnplat.people.rules": ("tests/people/test_rules.py",),
    "learnplat.people.factors.rules": ("tests/people/factors/test_factor_rules.py",),
    "learnplat.admission.rules": ("tests/admission/test_rules.py",),
    "learnplat.admission.desk_rules": ("tests/admission/test_desk_rules.py",),
    "learnplat.learning.rules": ("tests/learning/test_rules.py",),
    "learnplat.discussions.rules": ("tests/discussions/test_rules.py",),
    "learnplat.statistics.rules": ("tests/statistics/test_rules.py",),
}
_OTHERWISE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def _spoilt(node: ast.AST) -> list[ast.AST]:
    """What may stand in the place of a node, each wrong in one way."""
    match node:
        case ast.Compare(ops=[first, *rest]) if type(first) in _OTHERWISE:
            return [ast.Compare(node.left, [_OTHERWISE[type(first)](), *rest], node.comparators)]
        case ast.BoolOp():
            found: list[ast.AST] = [ast.BoolOp(_OTHERWISE[type(node.op)](), node.values)]
            return [*found, *(value for value in node.values)]
        case ast.BinOp() if type(node.op) in _OTHERWISE:
            return [ast.BinOp(node.left, _OTHERWISE[type(node.op)](), node.right)]
        case ast.UnaryOp(op=ast.Not()):
            return [node.operand]
        case ast.Constant(value=bool()):
            return [ast.Constant(not node.value)]
        case ast.Constant(value=int()):
            return [ast.Constant(int(node.value) + 1)]
        case ast.If():
            never, always = copy.copy(node), copy.copy(node)
            never.test, always.test = ast.Constant(False), ast.Constant(True)
            return [never, always]
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            return [ast.Return(ast.Constant(None))]
    return []


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what stood there and the whole text, for each way to spoil what functions do."""
    for place, node in enumerate(ast.walk(ast.parse(source))):
        if not _is_done(source, place):
            continue
        for way, other in enumerate(_spoilt(node)):
            tree = ast.parse(source)
            old = next(part for at, part in enumerate(ast.walk(tree)) if at == place)
            new = ast.copy_location(_spoilt(old)[way], old)
            text = ast.unparse(ast.fix_missing_locations(_Replace(old, new).visit(tree)))
            shown = ast.unparse(other).splitlines()[0]
            yield (
                getattr(node, "lineno", 0),
                f"{ast.unparse(node).splitlines()[0]}  ->  {shown}",
                text,
            )


@cache
def _done(source: str) -> frozenset[int]:
    """The places of what functions do: neither docstrings nor constants of the module."""
    tree = ast.parse(source)
    inside = {
        id(part)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for statement in function.body
        for part in ast.walk(statement)
    }
    return frozenset(at for at, part in enumerate(ast.walk(tree)) if id(part) in inside)


def _is_done(source: str, place: int) -> bool:
    return place in _done(source)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


class _Reader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from memory."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == self.name else None

    def exec_module(self, module: Any) -> None:
        exec(compile(self.text, f"<{self.name}, spoilt>", "exec"), module.__dict__)


def is_noticed(name: str, text: str, tests: Sequence[str]) -> bool:
    """Whether a test fails, in a process of its own, when the module says this."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # one that never ends is noticed, too
        sys.meta_path.insert(0, _Reader(name, text))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            options = ["-q", "-x", "--noconftest", "-p", "no:cacheprovider", "-p", "no:randomly"]
            found = pytest.main([*options, *tests])
        os._exit(int(found))
    _, status = os.waitpid(child, 0)
    return status != 0


def main(names: Sequence[str]) -> int:
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    weak = []
    for name in names or MODULES:
        source = (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        if is_noticed(name, source, MODULES[name]):
            print(f"{name}: its tests fail as it is")
            return 1
        found = list(mutants(source))
        drawn = random.Random(176).sample(found, min(MOST, len(found)))
        missed = [one for one in drawn if not is_noticed(name, one[2], MODULES[name])]
        share = 1 - len(missed) / len(drawn)
        print(
            f"{name}: {len(drawn) - len(missed)} of {len(drawn)} noticed, {share:.0%}", flush=True
        )
        for line, change, _ in sorted(missed):
            print(f"    line {line}: {change}")
        weak += [name] if share < LEAST else []
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
