"""Machines that watch get short, true answers."""

from dataclasses import replace

from conftest import an_app

from learnplat.upgrades import upgrade


def test_the_process_answers(house):
    assert house.get("/healthz").json == {"status": "ok"}


def test_ready_names_what_it_looked_at(house):
    answer = house.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["checks"] == {"database": "ok", "disk": "ok", "queue": "ok"}


def test_ready_says_when_the_database_is_gone(blank_house, monkeypatch):
    from learnplat.db import db

    with blank_house.app.app_context():
        db.engine.dispose()
        monkeypatch.setattr(
            db.engine.dialect, "connect", lambda *_a, **_k: (_ for _ in ()).throw(OSError())
        )
    answer = blank_house.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "failing"


def test_figures_are_for_this_machine_only(house):
    assert "learnplat_outbox_waiting" in house.get("/metrics").text
    assert house.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


def test_what_a_proxy_on_this_machine_brings_is_not_of_this_machine(house):
    headers = {"X-Forwarded-For": "127.0.0.1"}
    assert house.get("/metrics", headers=headers).status_code == 404


def test_behind_a_trusted_proxy_the_figures_need_the_token(new_database):
    token = "for machines that watch"
    settings = replace(new_database("sqlite"), trusted_proxies=1, metrics_token=token)
    upgrade(settings.database_url)
    client = an_app(settings).test_client()
    statuses = [
        client.get("/metrics", headers=headers).status_code
        for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Authorization": f"Bearer {token}"})
    ]
    assert statuses == [404, 404, 200]
