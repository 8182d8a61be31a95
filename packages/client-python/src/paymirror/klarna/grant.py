"""What reading needs: the session's refresh token, the device it is bound to, and the access token in use."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Grant:
    """Secrets, each of them: keep it sealed. What is printed of it shows none."""

    refresh_token: str = field(repr=False)
    device_id: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)
    access_expires_at: datetime | None = None
    """In UTC. None where the provider did not say: then the token is used until it is refused."""
