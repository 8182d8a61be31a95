/**
 * The mapping file of the sandbox's own orders export, as a person would write one for theirs. Klarna publishes no
 * header for its export; this is not one.
 */
export const sandboxOrders = {
  format: "sandbox-orders",
  provider: "klarna",
  providerName: "Klarna",
  market: "US",
  stream: "purchases",
  dateOrder: "mdy",
  decimal: "point",
  columns: {
    id: "Order ID",
    date: "Order date",
    merchant: "Store",
    gross: "Total",
    currency: "Currency",
    status: "Status"
  },
  status: { Open: "OPEN", Completed: "COMPLETED", Refunded: "REFUNDED", Cancelled: "CANCELLED" }
}
