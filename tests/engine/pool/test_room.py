"""What may run beside what runs."""

from __future__ import annotations

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.pool.room import Caps, Room


def test_leaving_makes_room_and_leaves_nothing_behind():
    """Ten thousand batches come and go; only what runs is counted."""
    room = Room(lambda: Caps(shared=1))
    for number in range(100):
        ref = AttemptRef("e", 1, f"owner {number}", f"batch {number}")
        assert room.fits(ref)
        room.enter(ref)
        assert not room.fits(ref)
        room.leave(ref)
    assert (room.left, room.owners, room.batches) == (1, {}, {})


def test_the_queue_hears_what_is_left_and_who_has_how_much():
    """Both kinds of workers, the caps, and what runs by owner and batch."""
    room = Room(lambda: Caps(shared=5, dedicated=2, per_batch=3))
    room.enter(AttemptRef("e1", 1, "ann", "batch"))
    room.enter(AttemptRef("e2", 1, "ann", dedicated="it blocks"))
    told = room.for_queue()
    assert (told.shared, told.dedicated, told.per_owner, told.per_batch) == (4, 1, None, 3)
    assert told.running == {("ann", "batch"): 1, ("ann", None): 1}
