"""Generated requests to every operation, as each role. SECURITY: P4, T54, T61.

More of them: `python tests/hostile/fuzz.py 20000`.
"""

from hostile.fuzz import WHO, Counted, fuzz

from learnplat.demonstration import seed_demonstration


def test_the_api_answers_what_its_description_says(house):
    seed_demonstration(house.app)
    counted = Counted()
    for role in WHO:
        fuzz(house, role, 1, counted)
    assert counted.failures == {}
    assert len({role for role, _ in counted.answers}) == len(WHO)
