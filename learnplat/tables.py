"""Every table of the house, imported once for Alembic."""

from learnplat.admission import models as admission
from learnplat.audit import AuditEntry, AuditHead
from learnplat.catalogue import models as catalogue
from learnplat.discussions import models as discussions
from learnplat.learning import models as learning
from learnplat.orm import Base
from learnplat.outbox import OutboxMessage
from learnplat.people import consents
from learnplat.people import models as people
from learnplat.people.addresses import models as addresses
from learnplat.people.factors import models as factors
from learnplat.people.institutional import models as institutional
from learnplat.privacy import models as privacy
from learnplat.web import models as web

metadata = Base.metadata

__all__ = [
    "AuditEntry",
    "AuditHead",
    "OutboxMessage",
    "addresses",
    "admission",
    "catalogue",
    "consents",
    "discussions",
    "factors",
    "institutional",
    "learning",
    "metadata",
    "people",
    "privacy",
    "web",
]
