/** What kinds of personal data a stream holds, in words for a record of consent and for the person who asks. */
import type { StreamName } from "@paymirror/core"

export const categories: { readonly [S in StreamName.StreamName]: ReadonlyArray<string> } = {
  purchases: ["what was bought, where, when and for how much", "items of an order"],
  plans: ["how purchases are paid for: installments, due dates, what was paid and what is late"],
  card: ["card transactions: where, when and for how much"],
  balance: ["the balance of an account and its entries, with whom they were exchanged"],
  points: ["reward points and how they were earned and spent"],
  deliveries: ["shipments, their tracking numbers and when they arrive"],
  profile: ["name, e-mail address, telephone number, membership"]
}
