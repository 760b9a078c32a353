"""The curriculum's files read: what they say, and every fault in them."""

from learnplat.catalogue.reader.curriculum import (
    Curriculum,
    ReadCourse,
    ReadModule,
    ReadUnit,
    read_curriculum,
)
from learnplat.catalogue.reader.faults import Fault, Passage

__all__ = [
    "Curriculum",
    "Fault",
    "Passage",
    "ReadCourse",
    "ReadModule",
    "ReadUnit",
    "read_curriculum",
]
