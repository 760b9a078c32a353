"""Every table of the house, imported once for Alembic."""

from learnplat.audit import AuditEntry, AuditHead
from learnplat.catalogue import models as catalogue
from learnplat.discussions import models as discussions
from learnplat.learning import models as learning
from learnplat.orm import Base
from learnplat.outbox import OutboxMessage
from learnplat.people import models as people
from learnplat.web import models as web

metadata = Base.metadata

__all__ = [
    "AuditEntry",
    "AuditHead",
    "OutboxMessage",
    "catalogue",
    "discussions",
    "learning",
    "metadata",
    "people",
    "web",
]
