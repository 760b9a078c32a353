"""Rules of ours that a linter does not know, over all the code. SECURITY: T170, T57, T51."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "learnplat").rglob("*.py"))
TEMPLATES = sorted((ROOT / "learnplat" / "templates").rglob("*.*"))
SCRIPTS = sorted((ROOT / "learnplat" / "static").glob("*.js"))

# Each exception, and why it is none.
HTML_OF_OURS = {
    "learning/fragments.py",  # editions, sanitised when they were published; our own templates
    "people/factors/pages.py",  # a picture that we draw
    "privacy/texts.py",  # consent texts that are shipped with the code
}
SQL_OF_OURS = {
    "db.py",  # settings of SQLite
    "scale.py",  # names of our tables
    "catalogue/queries.py",  # names of our columns
    "privacy/sweeping.py",  # names of our tables
}
CLOCKS = {
    "core/clock.py",
    "people/institutional/pages.py",  # how long a sign-in elsewhere may take, in the cookie
    "people/institutional/talk.py",  # what another server's tokens are compared with
    "people/known.py",  # the age of a cookie, as it is signed
    "web/limits.py",  # the window of a limit, as its store counts
}
ASKS_OTHERS = {"people/institutional/talk.py"}
NEVER_CALLED = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads",
    "marshal.loads", "yaml.unsafe_load", "yaml.full_load", "shelve.open",
    "render_template_string", "flask.render_template_string", "tempfile.mktemp", "hashlib.md5",
    "hashlib.sha1", "jinja2.Template", "subprocess.run", "subprocess.Popen", "subprocess.call",
    "xml.etree.ElementTree.fromstring", "input", "breakpoint",
}  # fmt: skip


def short(path):
    return str(path.relative_to(ROOT / "learnplat"))


def calls():
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield short(path), node, ast.unparse(node.func)


def test_nothing_is_carried_out_that_comes_as_text():
    assert {(path, name) for path, _, name in calls() if name in NEVER_CALLED} == set()


def test_yaml_makes_no_objects():
    loaders = {
        (path, ast.unparse(node.args[1] if node.args[1:] else node.keywords[0].value))
        for path, node, name in calls()
        if name == "yaml.load"
    }
    assert [found for found in loaders if not re.search(r"Safe|^Loader$|^_Loader$", found[1])] == []


def test_nobody_opens_a_shell():
    shells = {
        (path, node.lineno)
        for path, node, _ in calls()
        for word in node.keywords
        if word.arg == "shell"
    }
    assert shells == set()


def test_text_is_called_html_only_where_it_is_ours():
    found = {
        path
        for path, node, name in calls()
        # What is written there itself is ours; `format` escapes what is put into it.
        if name in ("Markup", "markupsafe.Markup") and not isinstance(node.args[0], ast.Constant)
    }
    assert found <= HTML_OF_OURS


def test_no_template_takes_text_for_html():
    # The page to print carries our own style sheet, and nothing else unescaped.
    printed = (ROOT / "learnplat" / "templates" / "statistics" / "print.html").read_text("utf-8")
    assert re.findall(r"(\w+)\s*\|\s*safe\b", printed) == ["stylesheet"]
    constant = re.compile(r"""(['"])</?[a-z]+>\1\|safe""")
    found = [
        path.name
        for path in TEMPLATES
        if path.name != "print.html"
        and re.search(r"\|\s*safe\b|autoescape\s+false", constant.sub("", path.read_text("utf-8")))
    ]
    assert found == []


def is_built(node):
    """Whether a text is put together from parts that are not all written there."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return not all(isinstance(n, ast.Constant) for n in (node.left, node.right))
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".format", ".join"))


def test_no_statement_is_put_together_from_text():
    asking = re.compile(r"(^|\.)(text|execute|executescript|exec_driver_sql|literal_column)$")
    found = {
        path
        for path, node, name in calls()
        if asking.search(name) and node.args and is_built(node.args[0])
    }
    assert found <= SQL_OF_OURS


def test_there_is_one_clock():
    clocks = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    assert {path for path, _, name in calls() if clocks.search(name)} <= CLOCKS


def imported():
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((short(path), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield short(path), node.module


def test_only_one_place_asks_other_servers():
    asking = re.compile(
        r"(requests|urllib\.request|http\.client|urllib3|httpx|aiohttp|ftplib)(\.|$)"
    )
    assert {path for path, name in imported() if asking.match(name)} <= ASKS_OTHERS


def test_secrets_come_from_the_generator_for_secrets():
    found = {path for path, name in imported() if name == "random"}
    assert found <= {"scale.py"}


def test_scripts_write_no_html_and_ask_nobody():
    """SECURITY: T72. What Trusted Types would refuse is not even tried."""
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|"
        r"setTimeout\(\s*[\"']|createContextualFragment|DOMParser|srcdoc|localStorage|sessionStorage|"
        r"document\.cookie|postMessage|XMLHttpRequest|https?://"
    )
    assert [(path.name, sinks.findall(path.read_text("utf-8"))) for path in SCRIPTS
            if sinks.search(path.read_text("utf-8"))] == []  # fmt: skip


def test_bandit_finds_nothing_that_is_not_explained():
    found = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "learnplat"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:]


def test_what_is_let_pass_says_why():
    """Beside an exception from bandit, or in the lines above it, stands its reason."""
    bare = []
    for path in CODE:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if "# nosec" in line and not re.search(r"# nosec B\d+: .{8,}|  \S.* for ", line):
                before = " ".join(lines[max(0, number - 4) : number])
                if "#" not in before and '"""' not in before:
                    bare.append((short(path), number + 1))
    assert bare == []
