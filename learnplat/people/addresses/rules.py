"""What holds of addresses: how long a link to a new one stands, and how many letters are sent."""

from datetime import timedelta

CHANGE_LIFETIME = timedelta(hours=48)
WINDOW = timedelta(hours=1)
LETTERS_AN_HOUR = 3  # to one address, and by one person
# Of one peer, which may be a whole ministry behind one line.
LETTERS_OF_PEER = 20
WISHES_AT_ONCE = 50
