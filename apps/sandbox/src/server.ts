/**
 * Both doors of a sandbox on one socket of this machine: the provider's own interface, and the control paths beside it,
 * which meet no fault and stand in no ledger.
 */
import { render, Socket } from "@paymirror/connector-testing/simulator"
import type { Simulator } from "@paymirror/connector-testing/simulator"
import { control } from "./control.ts"
import type { Controlled } from "./control.ts"

/** Listens on `127.0.0.1`; port 0 is any free one. */
export const listen = (
  provider: Simulator.Simulator,
  controlled: Controlled,
  port: number
): Promise<Socket.Listening> =>
  Socket.listen(async (asked) => {
    const controls = asked.path === "/_sandbox" || asked.path.startsWith("/_sandbox/")
    return controls ? render(await control(controlled, asked)) : provider.exchange(asked)
  }, port)
