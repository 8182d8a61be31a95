/** The description in the repository is the one the code gives, and it is whole. */
import { Api, scopes } from "@paymirror/api"
import { readFileSync } from "node:fs"
import * as OpenApi from "effect/http-api/OpenApi"
import { assert, describe, it } from "vitest"

type Operation = {
  readonly "operationId": string
  readonly "summary"?: string
  readonly "security"?: ReadonlyArray<unknown>
  readonly "x-scope"?: string
  readonly "parameters"?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required: boolean }>
  readonly "responses": Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

const spec = OpenApi.fromApi(Api)
const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
    path,
    method,
    operation
  }))
)

describe("the description", () => {
  it("in the repository is what the code gives: run `pnpm openapi` when this fails", () => {
    const written: unknown = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8"))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(spec)), written)
  })

  it("says what every operation is for, and asks for a key under /v1 only", () => {
    for (const { operation, path } of operations) {
      assert.isNotEmpty(operation.summary, operation.operationId)
      assert.strictEqual((operation.security ?? []).length > 0, path.startsWith("/v1/"), operation.operationId)
    }
  })

  it("names a scope that there is, and no scope is without an operation", () => {
    const named = new Set(operations.flatMap(({ operation }) => operation["x-scope"] ?? []))
    assert.deepStrictEqual([...named].toSorted(), [...scopes].toSorted())
  })

  it("answers every failure with a problem", () => {
    for (const { operation } of operations) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue
        assert.deepStrictEqual(Object.keys(content ?? {}), ["application/problem+json"], operation.operationId)
      }
    }
  })

  it("asks every call that creates something for an Idempotency-Key", () => {
    for (const { operation } of operations.filter(({ operation }) => "201" in operation.responses)) {
      const key = operation.parameters?.find((one) => one.in === "header" && one.name === "idempotency-key")
      assert.isTrue(key?.required, operation.operationId)
    }
  })

  it("keeps the operations of before: their ids are names in the clients", () => {
    assert.includeMembers(
      operations.map(({ operation }) => operation.operationId),
      [
        "accounts.listAccounts",
        "streams.listInstallments",
        "linkSessions.createLinkSession",
        "consents.withdrawConsent"
      ]
    )
  })
})
