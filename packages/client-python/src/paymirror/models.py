"""What the interface speaks of, written by generate.py from the OpenAPI description. Not to be edited.

Keys are spelt as on the wire. Money is an integer of minor units; days are YYYY-MM-DD; instants are UTC. At run time
these are plain dicts: a newer server may send members and words that are not here, and they pass.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AccessLine(TypedDict):
    """Who read what, when and why."""

    seq: int
    at: str
    actor: str
    action: str
    purpose: NotRequired[str]
    route: NotRequired[str]
    holderIds: list[str]
    accountIds: list[str]
    streams: list[str]
    count: NotRequired[int]
    hash: str


AccountStatus: TypeAlias = Literal["OPEN", "RESTRICTED", "DELINQUENT", "CLOSED"]


class Account(TypedDict):
    """One account."""

    accountId: str
    holderId: str
    provider: str
    market: NotRequired[str]
    legalEntity: str
    currency: str
    status: AccountStatus
    displayName: str
    connectors: list[str]


Origin: TypeAlias = Literal["reported", "projected"]


class Provenance(TypedDict):
    connector: str
    consentId: str
    readAt: str
    origin: Origin
    version: NotRequired[str]
    pending: bool


BalanceType: TypeAlias = Literal["closingBooked", "interimBooked", "interimAvailable", "expected"]


class Money(TypedDict):
    amount: int
    currency: str


class Balance(TypedDict):
    """Balances as the provider states them."""

    accountId: str
    provenance: Provenance
    balanceType: BalanceType
    amount: Money
    asOf: NotRequired[str]


BalanceEntryType: TypeAlias = Literal[
    "top_up",
    "refund",
    "cashback",
    "payment",
    "withdrawal",
    "transfer",
    "exchange",
    "fee",
    "interest",
    "adjustment",
    "other",
]

BalanceEntryStatus: TypeAlias = Literal["PENDING", "BOOKED", "REJECTED"]


class BalanceEntry(TypedDict):
    """One entry of the deposit ledger."""

    accountId: str
    provenance: Provenance
    rowType: Literal["entry"]
    entryId: str
    entryType: BalanceEntryType
    providerType: NotRequired[str]
    status: BalanceEntryStatus
    amount: Money
    fee: NotRequired[Money]
    foreignAmount: NotRequired[Money]
    description: NotRequired[str]
    counterpartyName: NotRequired[str]
    createdAt: NotRequired[str]
    entryDate: NotRequired[str]
    bookedDate: NotRequired[str]
    balanceAfter: NotRequired[Money]
    purchaseId: NotRequired[str]
    pointsEntryId: NotRequired[str]
    reference: NotRequired[str]
    fundingSource: NotRequired[str]


class CalendarFeed(TypedDict):
    calendarId: str
    url: str


CardTransactionStatus: TypeAlias = Literal["AUTHORIZATION", "POSTED", "REVERSED", "DECLINED"]


class CardTransaction(TypedDict):
    """One card transaction."""

    accountId: str
    provenance: Provenance
    transactionId: str
    cardId: NotRequired[str]
    status: CardTransactionStatus
    amount: Money
    merchantName: NotRequired[str]
    merchantCategoryCode: NotRequired[str]
    transactionTimestamp: NotRequired[str]
    transactionDate: NotRequired[str]
    postedDate: NotRequired[str]
    foreignAmount: NotRequired[Money]
    referenceTransactionId: NotRequired[str]


StreamName: TypeAlias = Literal[
    "purchases",
    "plans",
    "card",
    "balance",
    "points",
    "deliveries",
    "profile",
]

ChangeKind: TypeAlias = Literal["added", "updated", "removed", "restored"]


class Change(TypedDict):
    """Changes since a cursor, in order; without a cursor from the first."""

    seq: int
    accountId: str
    stream: StreamName
    id: str
    kind: ChangeKind
    before: NotRequired[Any]
    after: NotRequired[Any]
    at: str
    origin: Origin


ConnectionMaturity: TypeAlias = Literal["verified", "specified", "illustrative"]

ConnectionStatus: TypeAlias = Literal["active", "consent_required", "revoked"]


class Connection(TypedDict):
    """One connection."""

    connectionId: str
    holderId: str
    connector: str
    institution: NotRequired[str]
    maturity: ConnectionMaturity
    status: ConnectionStatus
    detail: NotRequired[str]
    consentId: NotRequired[str]
    accountIds: list[str]


ConsentStatus: TypeAlias = Literal["ACTIVE", "EXPIRED", "REVOKED"]


class ConsentNotice(TypedDict):
    text: str
    version: str
    language: str
    hash: str


class ConsentEvent(TypedDict):
    at: str
    what: str
    by: str
    detail: NotRequired[str]


class Consent(TypedDict):
    """One consent with every change of it."""

    consentId: str
    holderId: str
    connectionId: str
    status: ConsentStatus
    streams: list[StreamName]
    purpose: str
    notice: ConsentNotice
    grantedAt: str
    expiresAt: str
    withdrawnAt: NotRequired[str]
    reconfirmBy: NotRequired[str]
    attendedOnly: NotRequired[bool]
    events: list[ConsentEvent]


DeliveryStatus: TypeAlias = Literal[
    "CREATED",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "DELIVERED",
    "EXCEPTION",
]


class Delivery(TypedDict):
    """One shipment."""

    accountId: str
    provenance: Provenance
    deliveryId: str
    purchaseId: NotRequired[str]
    carrier: str
    trackingNumber: NotRequired[str]
    status: DeliveryStatus
    arrivalFrom: NotRequired[str]
    arrivalTo: NotRequired[str]


class Discrepancy(TypedDict):
    """What does not add up and has not been resolved."""

    accountId: str
    stream: StreamName
    name: str
    place: str
    expected: str
    actual: str
    raisedAt: str


class ErasureReceiptKept(TypedDict):
    what: str
    why: str
    until: str


class ErasureReceipt(TypedDict):
    receiptId: str
    at: str
    erased: dict[str, int]
    kept: list[ErasureReceiptKept]


EventType: TypeAlias = Literal[
    "purchase.created",
    "purchase.updated",
    "purchase.removed",
    "plan.created",
    "plan.updated",
    "plan.removed",
    "installment.due",
    "installment.paid",
    "installment.late",
    "installment.paused",
    "installment.resumed",
    "installment.cancelled",
    "installment.rescheduled",
    "card.authorized",
    "card.settled",
    "card.updated",
    "card.removed",
    "balance.changed",
    "balance_entry.created",
    "balance_entry.updated",
    "balance_entry.removed",
    "points.changed",
    "points_entry.created",
    "points_entry.updated",
    "points_entry.removed",
    "delivery.created",
    "delivery.updated",
    "delivery.removed",
    "profile.updated",
    "consent.granted",
    "consent.confirmed",
    "consent.expiring",
    "consent.withdrawn",
    "connection.needs_attention",
    "connection.restored",
    "reconciliation.gap",
]


class EventData(TypedDict):
    holderId: str
    accountId: NotRequired[str]
    connectionId: NotRequired[str]
    consentId: NotRequired[str]
    stream: NotRequired[StreamName]
    id: NotRequired[str]
    installmentNumber: NotRequired[int]
    days: NotRequired[int]
    seq: NotRequired[int]


class Event(TypedDict):
    type: EventType
    timestamp: str
    data: EventData


class ForecastWeek(TypedDict):
    """What is still to pay, by week and currency."""

    weekStart: str
    currency: str
    amountDue: Money
    amountPaused: Money
    installments: int


class Holder(TypedDict):
    """One person."""

    holderId: str
    reference: str
    createdAt: str


class ImportReportQuarantined(TypedDict):
    line: NotRequired[int]
    column: NotRequired[str]
    reason: str


class ImportReport(TypedDict):
    importId: str
    format: str
    rows: int
    added: int
    updated: int
    unchanged: int
    quarantined: list[ImportReportQuarantined]
    accountIds: list[str]


InstallmentState: TypeAlias = Literal["scheduled", "due", "paid", "late", "paused", "cancelled"]

PausedReason: TypeAlias = Literal["return", "problem"]

CancelledReason: TypeAlias = Literal["refund", "merged", "plan_cancelled"]


class Installment(TypedDict):
    """Installments by due date."""

    accountId: str
    planId: str
    purchaseId: NotRequired[str]
    merchantName: NotRequired[str]
    installmentNumber: int
    dueDate: str
    amountDue: Money
    amountPaid: NotRequired[Money]
    state: InstallmentState
    pausedReason: NotRequired[PausedReason]
    cancelledReason: NotRequired[CancelledReason]
    paidDate: NotRequired[str]
    extendedFromDate: NotRequired[str]
    lateFeeAmount: NotRequired[Money]
    provenance: Provenance


class Presence(TypedDict):
    ipAddress: str
    userAgent: NotRequired[str]


class LinkAnswerAgree(TypedDict):
    type: Literal["agree"]
    presence: NotRequired[Presence]


class LinkAnswerRedirected(TypedDict):
    type: Literal["redirected"]
    url: str
    presence: NotRequired[Presence]


class LinkAnswerPoll(TypedDict):
    type: Literal["poll"]
    presence: NotRequired[Presence]


class LinkAnswerEntered(TypedDict):
    type: Literal["entered"]
    values: dict[str, str]
    presence: NotRequired[Presence]


LinkAnswer: TypeAlias = LinkAnswerAgree | LinkAnswerRedirected | LinkAnswerPoll | LinkAnswerEntered

LinkSessionStatus: TypeAlias = Literal["open", "linked", "failed", "cancelled", "expired"]


class LinkStepAgree(TypedDict):
    type: Literal["agree"]
    notice: str


class LinkStepRedirect(TypedDict):
    type: Literal["redirect"]
    url: str


class LinkStepApprove(TypedDict):
    type: Literal["approve"]
    message: str
    pollAfterSeconds: int
    until: NotRequired[str]


class PromptField(TypedDict):
    name: str
    label: str
    secret: bool


class LinkStepPrompt(TypedDict):
    type: Literal["prompt"]
    message: str
    fields: list[PromptField]


LinkStep: TypeAlias = LinkStepAgree | LinkStepRedirect | LinkStepApprove | LinkStepPrompt


class LinkSession(TypedDict):
    """How far a link session is."""

    linkSessionId: str
    holderId: str
    connector: str
    institution: NotRequired[str]
    streams: list[StreamName]
    status: LinkSessionStatus
    url: NotRequired[str]
    step: NotRequired[LinkStep]
    detail: NotRequired[str]
    connectionId: NotRequired[str]
    consentId: NotRequired[str]
    accountIds: NotRequired[list[str]]
    expiresAt: str


PlanType: TypeAlias = Literal["pay_in_full", "pay_in_n", "pay_later", "financing", "other"]

PlanStatus: TypeAlias = Literal["ACTIVE", "COMPLETED", "CANCELLED"]


class ScheduledInstallment(TypedDict):
    installmentNumber: int
    dueDate: str
    amountDue: Money
    amountPaid: NotRequired[Money]
    state: InstallmentState
    pausedReason: NotRequired[PausedReason]
    cancelledReason: NotRequired[CancelledReason]
    paidDate: NotRequired[str]
    extendedFromDate: NotRequired[str]
    lateFeeAmount: NotRequired[Money]


class Plan(TypedDict):
    """One plan."""

    accountId: str
    provenance: Provenance
    planId: str
    purchaseId: NotRequired[str]
    planType: PlanType
    planNickname: NotRequired[str]
    merchantName: NotRequired[str]
    creationDate: NotRequired[str]
    amount: Money
    planCharge: NotRequired[Money]
    refundedAmount: NotRequired[Money]
    refundedToHolder: NotRequired[Money]
    status: PlanStatus
    schedule: list[ScheduledInstallment]


class Points(TypedDict):
    """Points as the provider states them."""

    accountId: str
    provenance: Provenance
    points: int
    pendingPoints: NotRequired[int]
    asOf: NotRequired[str]


PointsEntryType: TypeAlias = Literal["earned", "redeemed", "reversed", "expired", "adjustment"]

PointsEntryStatus: TypeAlias = Literal["PENDING", "CONFIRMED"]


class PointsEntry(TypedDict):
    """One entry of the points ledger."""

    accountId: str
    provenance: Provenance
    rowType: Literal["entry"]
    entryId: str
    entryType: PointsEntryType
    status: PointsEntryStatus
    points: int
    createdAt: str
    expirationDate: NotRequired[str]
    purchaseId: NotRequired[str]
    balanceEntryId: NotRequired[str]


class Profile(TypedDict):
    """Who the provider says the person is, and their membership."""

    accountId: str
    provenance: Provenance
    profileId: str
    givenName: NotRequired[str]
    familyName: NotRequired[str]
    email: NotRequired[str]
    phoneNumber: NotRequired[str]
    memberTier: NotRequired[str]
    memberSince: NotRequired[str]


PurchaseStatus: TypeAlias = Literal["OPEN", "COMPLETED", "REFUNDED", "CANCELLED"]


class LineItem(TypedDict):
    name: str
    quantity: int
    amount: Money


class Purchase(TypedDict):
    """One purchase."""

    accountId: str
    provenance: Provenance
    purchaseId: str
    merchantName: str
    merchantCategoryCode: NotRequired[str]
    orderReference: NotRequired[str]
    amount: Money
    refundedAmount: NotRequired[Money]
    status: PurchaseStatus
    purchasedAt: NotRequired[str]
    purchaseDate: NotRequired[str]
    planId: NotRequired[str]
    lineItems: NotRequired[list[LineItem]]


RunReportOutcome: TypeAlias = Literal["CaughtUp", "Throttled", "Busy", "NotPermitted", "Stopped"]


class RunReport(TypedDict):
    accountId: str
    stream: StreamName
    outcome: RunReportOutcome
    detail: str
    added: int
    updated: int
    removed: int
    unchanged: int
    quarantined: int


WebhookDeliveryStatus: TypeAlias = Literal["pending", "delivered", "failed"]


class WebhookDelivery(TypedDict):
    """What became of each event, newest first."""

    eventId: str
    webhookEndpointId: str
    type: EventType
    status: WebhookDeliveryStatus
    attempts: int
    createdAt: str
    deliveredAt: NotRequired[str]
    nextAttemptAt: NotRequired[str]
    lastStatus: NotRequired[int]
    lastError: NotRequired[str]


WebhookEndpointStatus: TypeAlias = Literal["enabled", "disabled"]


class WebhookEndpoint(TypedDict):
    """One webhook endpoint."""

    webhookEndpointId: str
    url: str
    eventTypes: NotRequired[list[EventType]]
    status: WebhookEndpointStatus
    detail: NotRequired[str]
    createdAt: str


class WebhookEndpointWithSecret(TypedDict):
    webhookEndpointId: str
    url: str
    eventTypes: NotRequired[list[EventType]]
    status: WebhookEndpointStatus
    detail: NotRequired[str]
    createdAt: str
    secret: str


class Withdrawal(TypedDict):
    consentId: str
    withdrawnAt: str
    revokedUpstream: bool
