"""What shows whose connection it is: a ticket for each visitor's page, and a key for their phone.

Pages give them out from their threads; the server's event loop looks them up.
"""

import secrets
from weakref import WeakValueDictionary

from posecheck.app.streaming.feed import Feed

_tickets: WeakValueDictionary[str, Feed] = WeakValueDictionary()
_phone_keys: WeakValueDictionary[str, Feed] = WeakValueDictionary()


def issue(feed: Feed) -> str:
    """Return the ticket with which a visitor's page opens its connection, the same for the whole visit.

    Args:
        feed: The visitor's feed; the ticket is valid as long as it exists.
    """
    ticket = getattr(feed, "ticket", "")
    if not ticket:
        ticket = feed.ticket = secrets.token_urlsafe(24)
        _tickets[ticket] = feed
    return ticket


def phone_key(feed: Feed) -> str:
    """Return the key with which a visitor's phone sends what it measures, the same for the whole visit."""
    if not feed.phone_key:
        feed.phone_key = secrets.token_urlsafe(18)
        _phone_keys[feed.phone_key] = feed
    return feed.phone_key


def feed_of(key: str) -> Feed | None:
    """Return whose phone has a key; None for one that was never given out, or whose visit is over."""
    return _phone_keys.get(key)


def known(ticket: str) -> Feed | None:
    """Return whose ticket it is; None for one that was never given out, or whose visit is over."""
    return _tickets.get(ticket)
