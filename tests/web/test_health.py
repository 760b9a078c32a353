"""Machines that watch get short, true answers."""


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
