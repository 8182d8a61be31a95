/** Which methods an address of the service takes, as the interface says it: for whoever used another one. */
import { Api } from "@paymirror/api"

const addresses: ReadonlyArray<readonly [pattern: RegExp, method: string]> = [
  ...Object.values(Api.groups).flatMap((group) =>
    Object.values(group.endpoints).map(
      ({ method, path }) => [new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}/?$`), method] as const
    )
  ),
  [/^\/(docs|openapi\.json)$/, "GET"]
]

/** The methods an address takes; none where there is no such address. */
export const methodsAt = (path: string): ReadonlyArray<string> =>
  addresses.flatMap(([pattern, method]) => (pattern.test(path) ? [method] : []))
