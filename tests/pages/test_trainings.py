"""Beginning a training on Launch."""

from __future__ import annotations


def test_a_training_begins_with_the_chosen_rounds(open_page, lab, idle_engine):
    """The execution page of the training opens."""
    app = open_page("launch", definition="ticket-triage")
    app.number_input(key="launch.train.rounds").set_value(3).run()
    app.button(key="launch.train.begin").click().run()
    assert not app.exception
    (training,) = lab.executions(text="ticket-triage (training)")
    assert training.tasks_total == 3 * len(lab.definitions.version("ticket-triage").document["tasks"]) + len(
        {task["agent"] for task in lab.definitions.version("ticket-triage").document["tasks"]}
    )


def test_without_a_training_there_is_nothing_to_follow(open_page):
    """The page says what a training is."""
    app = open_page("launch", definition="ticket-triage")
    assert any("No training has been completed" in caption.value for caption in app.caption)
