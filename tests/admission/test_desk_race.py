"""Two officers who decide at the same moment: one outcome, one letter.

SECURITY: case 121
"""

import threading

import pytest


def form_of(client, person):
    """The token of the page as this officer has it open."""
    page = client.get(f"/en/admissions/{person.id}").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.parametrize("pair", [("admission", "declination"), ("admission", "admission")])
def test_one_of_two_decisions_holds(house, desk, pair):
    person = desk.applicant()
    officers = [house.browser(house.vetter()), house.browser(house.admin())]
    tokens = [form_of(client, person) for client in officers]
    start, answers = threading.Barrier(2), {}

    def decide(number):
        form = {"csrf_token": tokens[number], "step": "1"}
        if pair[number] == "declination":
            form["reason"] = "incomplete"
        start.wait()
        answer = officers[number].post(f"/en/admissions/{person.id}/{pair[number]}", data=form)
        answers[number] = answer.status_code

    threads = [threading.Thread(target=decide, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [303, 409]
    winner = next(number for number, status in answers.items() if status == 303)
    outcome = "admitted" if pair[winner] == "admission" else "declined"
    assert desk.state(person) == (outcome, outcome)
    assert [kind for kind, *_ in desk.events(person)] == ["applied", outcome]
    template = "admission_accepted" if outcome == "admitted" else "admission_declined"
    assert [letter.template for letter in desk.mails()] == [template]
    assert len(desk.log("person_admitted", "person_declined")) == 1
    assert desk.step(person) == 2


def test_of_many_programs_one_decides(house, desk):
    person = desk.applicant()
    officers = [house.browser(house.vetter()) for _ in range(4)]
    tokens = [form_of(client, person) for client in officers]
    start, answers = threading.Barrier(4), []

    def decide(number):
        start.wait()
        answer = officers[number].post(
            f"/api/v1/admissions/{person.id}/admission",
            json={"step": 1},
            headers={"X-CSRFToken": tokens[number]},
        )
        answers.append((answer.status_code, answer.json.get("code")))

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [(200, None), *[(409, "decided_meanwhile")] * 3]
    assert len(desk.mails()) == 1
