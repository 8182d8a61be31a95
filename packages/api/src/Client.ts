/**
 * The typed client, for programs with Effect: a method per endpoint, its answers decoded and its problems in the error
 * channel. It retries nothing by itself.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import { Api } from "./Api.ts"
import { Authorization } from "./Authorization.ts"

export interface Options {
  /** Where the orchestrator answers, as `https://mirror.example`. */
  readonly baseUrl: string | URL
  readonly apiKey: Redacted.Redacted<string>
}

export type Client = HttpApiClient.ForApi<typeof Api>

export class PaymirrorClient extends Context.Service<PaymirrorClient, Client>()("@paymirror/api/PaymirrorClient") {
  static readonly layer = ({ apiKey, baseUrl }: Options): Layer.Layer<PaymirrorClient, never, HttpClient.HttpClient> =>
    Layer.effect(PaymirrorClient, HttpApiClient.make(Api, { baseUrl })).pipe(
      Layer.provide(
        HttpApiMiddleware.layerClient(Authorization, ({ next, request }) =>
          next(HttpClientRequest.bearerToken(request, apiKey))
        )
      )
    )
}
