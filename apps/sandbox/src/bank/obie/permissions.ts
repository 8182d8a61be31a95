/**
 * What a consent may ask for, and which combinations are refused: an account permission is always among them, and a
 * level of detail of transactions comes with at least one direction, and a direction with a level.
 */
const permissions: ReadonlyArray<string> = [
  "ReadAccountsBasic",
  "ReadAccountsDetail",
  "ReadBalances",
  "ReadBeneficiariesBasic",
  "ReadBeneficiariesDetail",
  "ReadDirectDebits",
  "ReadOffers",
  "ReadPAN",
  "ReadParty",
  "ReadPartyPSU",
  "ReadProducts",
  "ReadScheduledPaymentsBasic",
  "ReadScheduledPaymentsDetail",
  "ReadStandingOrdersBasic",
  "ReadStandingOrdersDetail",
  "ReadStatementsBasic",
  "ReadStatementsDetail",
  "ReadTransactionsBasic",
  "ReadTransactionsCredits",
  "ReadTransactionsDebits",
  "ReadTransactionsDetail"
]

/** Why these permissions cannot be asked for together, or nothing. */
export const refusedPermissions = (asked: ReadonlyArray<string>): string | undefined => {
  const has = (...any: ReadonlyArray<string>): boolean => any.some((one) => asked.includes(one))
  const level = has("ReadTransactionsBasic", "ReadTransactionsDetail")
  const direction = has("ReadTransactionsCredits", "ReadTransactionsDebits")
  if (asked.length === 0) return "Permissions are empty"
  if (asked.some((one) => !permissions.includes(one))) return "A permission is not known"
  if (!has("ReadAccountsBasic", "ReadAccountsDetail")) return "ReadAccountsBasic or ReadAccountsDetail is required"
  if (level && !direction) return "Transactions need ReadTransactionsCredits or ReadTransactionsDebits"
  if (direction && !level) return "Transactions need ReadTransactionsBasic or ReadTransactionsDetail"
  return undefined
}
