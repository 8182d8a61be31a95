/**
 * Every step of a process is its last one once. `CRASH=full` enumerates all of them (`pnpm test:crash`) and shows that a
 * planted bug is found; the default is a sample.
 */
import { afterAll, assert, describe, it } from "vitest"
import { each, Folder } from "./Process.ts"
import { bugs } from "./planted.ts"
import { fileImport, renewal, type Scenario, sync } from "./Scenario.ts"

const full = process.env["CRASH"] === "full"
const folder = new Folder()
afterAll(() => folder.remove())

const everyStep = async (name: string, scenario: Scenario, points: number): Promise<ReadonlyArray<string>> => {
  const wrong: Array<string> = []
  const stride = full ? 1 : Math.max(1, Math.ceil(scenario.steps / points))
  const steps = Array.from({ length: Math.floor((scenario.steps - 1) / stride) + 1 }, (_, n) => 1 + n * stride)
  const begun = performance.now()
  await each(steps, async (step) => void wrong.push(...(await scenario.dieAt(step))))
  await scenario.close()
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.info(
    `${name}: killed at ${steps.length} of ${scenario.steps} steps (every ${stride}), ${seconds} s, ${wrong.length} wrong`
  )
  return wrong
}

describe("killed at any step, the next process", { timeout: 600_000 }, () => {
  it("ends a sync of every stream with what a process that was never killed has", async () => {
    assert.deepEqual(await everyStep("sync", await sync(folder), 5), [])
  })

  it("ends an import of a file with what a process that was never killed has", async () => {
    assert.deepEqual(await everyStep("import", await fileImport(folder), 3), [])
  })

  for (const rotation of ["none", "rotate-with-grace"] as const) {
    it(`has the session still, where the provider's rotation is ${rotation}`, async () => {
      assert.deepEqual(await everyStep(`renewal, ${rotation}`, await renewal(folder, rotation), 2), [])
    })
  }

  for (const rotation of ["rotate", "strict"] as const) {
    it(`tries once more at most, then asks for consent once and nothing else, where it is ${rotation}`, async () => {
      assert.deepEqual(await everyStep(`renewal, ${rotation}`, await renewal(folder, rotation), 2), [])
    })
  }
})

describe.runIf(full)("the enumeration finds a planted bug:", { timeout: 600_000 }, () => {
  const finds = async (scenario: Scenario): Promise<number | undefined> => {
    try {
      for (let step = 1; step <= scenario.steps; step += 1) {
        if ((await scenario.dieAt(step)).length > 0) return step
      }
      return undefined
    } finally {
      await scenario.close()
    }
  }

  for (const bug of bugs) {
    it(`"${bug}"`, async () => {
      const found = await finds(await sync(folder, bug))
      console.info(`"${bug}" is found at step ${found}`)
      assert.isDefined(found)
    })
  }

  for (const bug of ["a token is used before it is stored"]) {
    it(`"${bug}"`, async () => {
      const found = await finds(await renewal(folder, "strict", bug))
      console.info(`"${bug}" is found at step ${found}`)
      assert.isDefined(found)
    })
  }
})
