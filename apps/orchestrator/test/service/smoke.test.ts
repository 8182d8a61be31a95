import { Sandbox } from "@paymirror/sandbox"
import { it } from "vitest"
import { Service } from "./Service.ts"
it("smoke", async () => {
  const sandbox = await Sandbox.start({ seed: 7 })
  const service = await Service.start()
  const h = await service.holder("acme", "alex")
  const linked = await service.link(sandbox, "alex", h)
  const key = await service.key()
  for (const path of [
    "/v1/accounts",
    "/v1/purchases",
    "/v1/plans",
    "/v1/installments",
    "/v1/card-transactions",
    "/v1/balances",
    "/v1/balance-entries",
    "/v1/points",
    "/v1/points-entries",
    "/v1/deliveries",
    "/v1/profiles",
    "/v1/changes",
    "/v1/forecast",
    "/v1/reconciliation",
    "/v1/holders",
    "/v1/access-log",
    "/v1/nothing",
    "/v1/consents",
    "/metrics"
  ]) {
    const a = await service.ask(path + "?limit=2", { key })
    console.log(path, a.status, a.text.slice(0, path === "/metrics" ? 3000 : 500))
    if (path === "/v1/accounts") console.log(Object.fromEntries(a.headers))
  }
  console.log(linked)
  const p = await service.ask("/v1/purchases?limit=abc", { key })
  console.log(p.status, p.text)
  const c = await service.ask("/v1/holders", {
    key,
    method: "POST",
    body: { reference: "x", __proto__: {}, foo: 1 },
    headers: { "idempotency-key": "a" }
  })
  console.log(c.status, c.text, Object.fromEntries(c.headers))
  const d = await service.ask("/v1/holders", {
    key,
    method: "POST",
    body: { reference: "x", __proto__: {}, foo: 1 },
    headers: { "idempotency-key": "a" }
  })
  console.log(d.status, d.text, d.headers.get("idempotent-replayed"))
  console.log(
    (
      await service.ask("/v1/holders", {
        key,
        method: "POST",
        body: { reference: "y" },
        headers: { "idempotency-key": "a" }
      })
    ).text
  )
  console.log((await service.ask("/v1/holders", { key, method: "PUT", body: {} })).text)
  await service.close()
  await sandbox.close()
})
