"""One grant for any number of threads.

Whoever finds it stale renews it while the others wait. The new grant is stored before anybody uses it. After an answer
that was lost the old grant is tried exactly once more, then the session is over: another try could meet a provider that
takes re-use for theft.
"""

import threading
from collections.abc import Callable

from .failures import ConsentRequired, KlarnaError, ProviderUnavailable, UnexpectedResponse
from .grant import Grant

# The first, and that of the one more try.
_losses_allowed = 2


class Session:
    def __init__(self, grant: Grant, store: Callable[[Grant], None]) -> None:
        self._grant = grant
        self._store = store
        self._lock = threading.Lock()
        self._is_stored = True
        self._lost = 0
        self._over: str | None = None

    def current(self) -> Grant:
        with self._lock:
            return self._usable()

    def renew(self, stale: Grant, exchange: Callable[[Grant], Grant]) -> Grant:
        """The grant that took the place of ``stale``; exchanged by one caller, however many ask."""
        with self._lock:
            held = self._usable()
            if held is not stale:
                return held
            self._grant = self._exchanged(held, exchange)
            self._is_stored = False
            self._lost = 0
            return self._usable()

    def end(self, why: str) -> ConsentRequired:
        """Marks the session as over. Gives the error for whoever found out."""
        with self._lock:
            self._over = self._over or why
            return ConsentRequired(self._over)

    def _usable(self) -> Grant:
        if self._over is not None:
            raise ConsentRequired(self._over)
        if not self._is_stored:
            # Where storing fails the grant is kept and stored by the next caller: the provider has no older one any more.
            self._store(self._grant)
            self._is_stored = True
        return self._grant

    def _exchanged(self, held: Grant, exchange: Callable[[Grant], Grant]) -> Grant:
        while self._lost < _losses_allowed:
            # Counted before it is sent, so that a thread that is stopped meanwhile leaves a lost answer behind.
            self._lost += 1
            try:
                return exchange(held)
            except ConsentRequired as error:
                self._over = str(error)
                raise
            except UnexpectedResponse:
                # A refusal in words nobody knows. After a lost answer it was the one more try.
                if self._lost == 1:
                    self._lost = 0
                    raise
                break
            except KlarnaError as error:
                if not (isinstance(error, ProviderUnavailable) and error.answer_lost):
                    self._lost -= 1
                    raise
        self._over = "the answer to the session's renewal was lost, and once more it came to nothing; link again"
        raise ConsentRequired(self._over)
