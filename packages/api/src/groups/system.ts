/** For whoever runs it: whether it lives, whether it can work, and figures for Prometheus. No key, and nobody's data. */
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { about } from "../Authorization.ts"
import { Unavailable } from "../Problem.ts"

const State = Schema.Struct({ status: Schema.Literal("ok") })

export const system = HttpApiGroup.make("system").add(
  HttpApiEndpoint.get("health", "/health", { success: State }).annotateMerge(about("The process lives")),
  HttpApiEndpoint.get("ready", "/ready", { success: State, error: Unavailable }).annotateMerge(
    about("Its database answers and it takes work")
  ),
  HttpApiEndpoint.get("metrics", "/metrics", {
    success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/plain; version=0.0.4" }))
  }).annotateMerge(about("Figures for Prometheus"))
)
