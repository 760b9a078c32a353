"""How often one account or one peer may try what costs a hash or a mail."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, default_limits=[])

# The same limit on every path to a password.
PASSWORD_TRIES = "20 per minute; 200 per hour"  # noqa: S105
MAILS = "10 per minute; 60 per hour"
