/**
 * `pnpm simulate [port]`: Acme's simulated side on a socket of this machine, until it is ended. What its one person would
 * hand over is written to `session.json`, for `paymirror link acme --hand-over session.json`; nobody's secrets are in it.
 */
import { writeFileSync } from "node:fs"
import { Socket } from "@paymirror/connector-testing/simulator"
import { provider } from "./provider.ts"

const { simulator } = provider()
const { deviceId, refreshToken } = simulator.open()
writeFileSync("session.json", JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
const { origin } = await Socket.listen(simulator.exchange, Number(process.argv[2] ?? 4077))
console.log(`Acme is simulated at ${origin}; its session is in session.json`)
