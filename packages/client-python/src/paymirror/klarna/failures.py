"""Why a read of the provider came to nothing. No message holds a token, a cursor or anything of a person."""

from datetime import datetime

from ..problems import Error


class KlarnaError(Error):
    """The base of what the session client raises."""


class ConsentRequired(KlarnaError):
    """The session is over: its holder has to hand over a new one. Nothing more is sent with this one."""


class InteractionRequired(KlarnaError):
    """The provider shows a page (a bot check) instead of an answer. It is left to the person, and never passed by."""


class RateLimited(KlarnaError):
    """Nothing is to be asked before ``until``, an instant in UTC. It is never waited out here."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"the provider asks for a pause until {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until


class ProviderUnavailable(KlarnaError):
    """It passes: no connection, no whole answer, or a 5xx. ``answer_lost`` where it may have been carried out."""

    def __init__(self, message: str, *, answer_lost: bool) -> None:
        super().__init__(message)
        self.answer_lost = answer_lost


class UnexpectedResponse(KlarnaError):
    """An answer that is not as the wire page has it."""
