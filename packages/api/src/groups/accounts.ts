/** Accounts, and the people they belong to. */
import * as Schema from "effect/Schema"
import { Instant } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about, Authorization } from "../Authorization.ts"
import { Idempotency } from "../Idempotency.ts"
import { idempotent, pageOf, paging, whose } from "../Page.ts"
import { Conflict, NotFound } from "../Problem.ts"
import { AccountItem } from "../Resource.ts"

/** A person, as the tenant knows them. */
export const Holder = Schema.Struct({
  holderId: Schema.String,
  /** The tenant's own name for them; opaque here, unique in the tenant. */
  reference: Schema.String,
  createdAt: Instant.Instant
}).annotate({ identifier: "Holder" })

/** What was erased and what stays, without a word of the person. */
export const ErasureReceipt = Schema.Struct({
  receiptId: Schema.String,
  at: Instant.Instant,
  erased: Schema.Record(Schema.String, Schema.Int),
  /** What the law or a legal hold keeps, and until when. */
  kept: Schema.Array(Schema.Struct({ what: Schema.String, why: Schema.String, until: Schema.String }))
}).annotate({ identifier: "ErasureReceipt" })

export const accounts = HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.get("listAccounts", "/accounts", {
      query: { holderId: whose.holderId, ...paging },
      success: pageOf(AccountItem)
    }).annotateMerge(about("Accounts", "accounts")),
    HttpApiEndpoint.get("getAccount", "/accounts/:accountId", {
      params: { accountId: Schema.String },
      success: AccountItem,
      error: NotFound
    }).annotateMerge(about("One account", "accounts"))
  )
  .middleware(Authorization)

export const holders = HttpApiGroup.make("holders")
  .add(
    HttpApiEndpoint.get("listHolders", "/holders", {
      query: { reference: Schema.optionalKey(Schema.String), ...paging },
      success: pageOf(Holder)
    }).annotateMerge(about("People", "holders")),
    HttpApiEndpoint.post("createHolder", "/holders", {
      headers: idempotent,
      payload: Schema.Struct({ reference: Schema.NonEmptyString.check(Schema.isMaxLength(200)) }),
      success: Holder.pipe(HttpApiSchema.status(201)),
      error: [Conflict]
    })
      .middleware(Idempotency)
      .annotateMerge(about("Name a person; the same reference again is the same person", "holders")),
    HttpApiEndpoint.get("getHolder", "/holders/:holderId", {
      params: { holderId: Schema.String },
      success: Holder,
      error: NotFound
    }).annotateMerge(about("One person", "holders")),
    HttpApiEndpoint.get("exportHolder", "/holders/:holderId/export", {
      params: { holderId: Schema.String },
      success: Schema.Json,
      error: NotFound
    }).annotateMerge(about("Everything that is held of a person, as one JSON document", "holders")),
    HttpApiEndpoint.delete("eraseHolder", "/holders/:holderId", {
      params: { holderId: Schema.String },
      success: ErasureReceipt,
      error: NotFound
    }).annotateMerge(about("Withdraw every consent of a person and erase what is held of them", "holders"))
  )
  .middleware(Authorization)
