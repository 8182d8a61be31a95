/** Loaded before the child: where the engine imports its commit, it gets the one of `planted.ts` around it. */
import { registerHooks } from "node:module"

const planted = new URL("./planted.ts", import.meta.url).href
const scheme = "planted:"

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./Commit.ts" && context.parentURL?.includes("/sync/src/") === true
      ? { url: `${scheme}${new URL(specifier, context.parentURL).href}`, shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) => {
    if (!url.startsWith(scheme)) return next(url, context)
    const real = JSON.stringify(url.slice(scheme.length))
    const source = `export * from ${real}
      import { commit as real } from ${real}
      import { commit as plant } from ${JSON.stringify(planted)}
      export const commit = plant(process.env.PAYMIRROR_PLANTED, real)`
    return { format: "module", source, shortCircuit: true }
  }
})
