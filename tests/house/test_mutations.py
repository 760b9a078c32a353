"""The tool that asks whether the tests would notice. SECURITY: T176.

`make mutations` tries what decides with it, some minutes long; here it is tried itself.
"""

from tests.mutations import LEAST, MODULES, ROOT, is_noticed, mutants

SOURCE = '''
MOST = 5

def is_full(taken, seats):
    """Never more than there are."""
    if seats is None:
        return False
    return taken >= seats
'''


def test_what_functions_do_is_spoilt_one_place_at_a_time():
    texts = {text for _, _, text in mutants(SOURCE)}
    assert len(texts) == len(list(mutants(SOURCE))) == 6
    assert all("MOST = 5" in text and "Never more than there are." in text for text in texts)
    assert sum("taken > seats" in text for text in texts) == 1
    assert sum("seats is not None" in text for text in texts) == 1


def test_every_module_and_test_that_it_names_is_there():
    for name, tests in MODULES.items():
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file()
        assert all((ROOT / test).is_file() for test in tests)
    assert LEAST == 0.8


def test_a_spoilt_rule_is_noticed_and_the_rule_as_it_is_passes(monkeypatch, tmp_path):
    """In a process of its own: no file is touched."""
    monkeypatch.chdir(tmp_path)
    test = tmp_path / "test_spoilt.py"
    test.write_text("from spoilt_rule import most\n\ndef test_it():\n    assert most() == 5\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert not is_noticed("spoilt_rule", "def most():\n    return 5\n", [str(test)])
    assert is_noticed("spoilt_rule", "def most():\n    return 6\n", [str(test)])
