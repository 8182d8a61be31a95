/**
 * A package registry on this machine that has our own packages, before they are published, and sends whoever asks for
 * another to the registry this machine uses. So a page that says `pnpm add paymirror` can be followed as it stands.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { basename } from "node:path"
import { output, run, type Tarball } from "./Tarball.ts"

export interface Registry {
  readonly origin: string
  readonly close: () => void
}

/** Long enough ago for any rule about the age of a version. */
const published = "2020-01-01T00:00:00.000Z"

const manifestIn = async (file: string): Promise<{ readonly name: string; readonly version: string }> =>
  JSON.parse((await run("tar", ["-xzOf", file, "package/package.json"])).stdout)

export const start = async (tarballs: ReadonlyArray<Tarball>, upstream: string): Promise<Registry> => {
  const packages = new Map<string, (origin: string) => string>()
  const files = new Map<string, Uint8Array>()
  for (const { file } of tarballs) {
    const manifest = await manifestIn(file)
    const { name, version } = manifest
    const bytes = readFileSync(file)
    const at = `/-/${basename(file)}`
    files.set(at, bytes)
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`
    packages.set(name, (origin) =>
      JSON.stringify({
        name,
        "dist-tags": { latest: version },
        "versions": { [version]: { ...manifest, dist: { tarball: `${origin}${at}`, integrity } } },
        "time": { created: published, modified: published, [version]: published }
      })
    )
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/")
    const bytes = files.get(path)
    const ours = packages.get(path.slice(1))
    if (bytes !== undefined) response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes)
    else if (ours !== undefined)
      response.writeHead(200, { "content-type": "application/json" }).end(ours(`http://${request.headers.host}`))
    else response.writeHead(302, { location: new URL((request.url ?? "/").slice(1), upstream).href }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() }
}

/** The registry this machine uses. */
export const usual = async (cwd: string): Promise<string> => {
  try {
    return (await run("pnpm", ["config", "get", "registry"], { cwd })).stdout.trim()
  } catch (cause) {
    throw new Error(output(cause), { cause })
  }
}
