/** Writes `openapi.json` from the interface. A test says when that was forgotten. */
import { writeFileSync } from "node:fs"
import { Api } from "@paymirror/api"
import * as OpenApi from "effect/http-api/OpenApi"

writeFileSync(new URL("./openapi.json", import.meta.url), `${JSON.stringify(OpenApi.fromApi(Api), undefined, 2)}\n`)
