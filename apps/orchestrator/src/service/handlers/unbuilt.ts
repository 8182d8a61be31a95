/** Stands in for groups whose handlers have not landed yet. Goes with the last of them. */
import { Api } from "@paymirror/api"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"

/** The groups it stands in for. */
export const unbuiltGroups = new Set<string>()

export const unbuilt = <const Name extends keyof (typeof Api)["groups"]>(name: Name) => {
  unbuiltGroups.add(name)
  return HttpApiBuilder.group(
    Api,
    name as never,
    ((handlers: { handle: (id: string, run: unknown) => unknown }) => {
      let all = handlers
      for (const id of Object.keys(Api.groups[name].endpoints))
        all = all.handle(id, () => Effect.die("not built yet")) as typeof all
      return all
    }) as never
  ) as unknown as Layer.Layer<HttpApiGroup.Service<"paymirror", Name>>
}
