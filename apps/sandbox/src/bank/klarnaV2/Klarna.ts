/** What the parts of Klarna's v2 have in common. */
import type { Approvals } from "../Approvals.ts"
import type { Asked } from "../BankServer.ts"
import type { Behind, Gate } from "../Gate.ts"
import type { Statement } from "../Statement.ts"

export interface Klarna extends Behind {
  readonly emailHeader: string
  readonly origin: () => string
  readonly approvals: Approvals
  readonly gate: Gate
  readonly statement: Statement
  readonly admitted: (asked: Asked) => string
}
