/** A file the person downloaded, taken in over HTTP. It is read whole before anything is written. */
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about, Authorization } from "../Authorization.ts"
import { Idempotency } from "../Idempotency.ts"
import { idempotent } from "../Page.ts"
import { NotFound, Unprocessable } from "../Problem.ts"

/** The largest file, in MiB. */
export const maxMebibytes = 64

export const ImportReport = Schema.Struct({
  importId: Schema.String,
  format: Schema.String,
  rows: Schema.Int,
  added: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  /** Lines that were set aside, each with its reason; the rest was kept. */
  quarantined: Schema.Array(
    Schema.Struct({
      line: Schema.optionalKey(Schema.Int),
      column: Schema.optionalKey(Schema.String),
      reason: Schema.String
    })
  ),
  accountIds: Schema.Array(Schema.String)
}).annotate({ identifier: "ImportReport" })

export const imports = HttpApiGroup.make("imports")
  .add(
    HttpApiEndpoint.post("createImport", "/imports", {
      query: {
        holderId: Schema.String,
        /** The account its rows belong to, where the file does not tell. */
        accountId: Schema.optionalKey(Schema.String),
        /** `DMY` or `MDY`, where the dates of the file can be read both ways. */
        dateOrder: Schema.optionalKey(Schema.Literals(["DMY", "MDY"])),
        /** The country the account is in (`DE`), where the file does not tell. */
        market: Schema.optionalKey(Schema.String)
      },
      headers: idempotent,
      payload: HttpApiSchema.StreamUint8Array({
        contentType: ["text/csv", "application/octet-stream"],
        maxBytes: maxMebibytes * 1024 * 1024
      }),
      success: ImportReport.pipe(HttpApiSchema.status(201)),
      error: [NotFound, Unprocessable]
    })
      .middleware(Idempotency)
      .annotateMerge(about("Import a file; the same file again adds nothing", "imports"))
  )
  .middleware(Authorization)
