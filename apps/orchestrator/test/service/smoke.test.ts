import { it } from "vitest"
import { people } from "./People.ts"
it("speed", async () => {
  const t0 = performance.now()
  const world = await people()
  console.log("world", performance.now() - t0)
  const key = await world.service.key()
  for (const [path, k] of [
    ["/v1/accounts", "x"],
    ["/health", undefined],
    ["/v1/accounts", key],
    ["/v1/purchases", key],
    ["/v1/access-log", key],
    ["/v1/changes?limit=500", key],
    ["/v1/installments", key],
    ["/v1/forecast", key]
  ] as const) {
    const t = performance.now()
    for (let i = 0; i < 50; i++) await world.service.ask(path, k === undefined ? {} : { key: k })
    console.log(path, ((performance.now() - t) / 50).toFixed(2), "ms")
  }
  await world.close()
}, 60000)
