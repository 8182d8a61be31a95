/** What stands between a connector and its provider. Loaded with the connector: a command that reads nobody needs none of it. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"

/** Stands between a connector and the network, and sees what goes by. */
export type Around = (http: HttpClient.HttpClient) => HttpClient.HttpClient

export const through = <E, R>(
  client: Layer.Layer<HttpClient.HttpClient, E, R>,
  around: Around | undefined
): Layer.Layer<HttpClient.HttpClient, E, R> =>
  around === undefined
    ? client
    : Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, around)).pipe(Layer.provide(client))

/** What a connector that shows no certificate needs of the machine. */
export const plain = (around: Around | undefined) =>
  Layer.mergeAll(through(FetchHttpClient.layer, around), NodeFileSystem.layer)
