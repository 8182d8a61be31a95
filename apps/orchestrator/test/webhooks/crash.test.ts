/**
 * Every step of fan-out and delivery is the last one once. `CRASH=full` enumerates all of them (`pnpm test:crash`); the
 * default is a sample.
 */
import { afterAll, assert, describe, it } from "vitest"
import { each, Folder } from "../crash/Process.ts"
import { bugs, dieAt, steps } from "./Crash.ts"

const full = process.env["CRASH"] === "full"
const folder = new Folder()
afterAll(() => folder.remove())

/** Every `stride`th step, from the first on. */
const every = (count: number, points: number): ReadonlyArray<number> => {
  const stride = full ? 1 : Math.max(1, Math.ceil(count / points))
  return Array.from({ length: Math.floor((count - 1) / stride) + 1 }, (_, n) => 1 + n * stride)
}

describe("killed at any step of fan-out and delivery", { timeout: 1_200_000 }, () => {
  it("the next process tells everything that happened, nothing that did not, and again only by the same id", async () => {
    const count = await steps(folder)
    const points = every(count, 4)
    const wrong: Array<string> = []
    let again = 0
    await each(points, async (step) => {
      const death = await dieAt(folder, step)
      wrong.push(...death.wrong)
      again += death.again
    })
    console.info(
      `killed at ${points.length} of ${count} steps: ${wrong.length} wrong, ${again} heard again by the same id`
    )
    assert.deepEqual(wrong, [])
  })
})

describe.runIf(full)("the enumeration finds a planted bug:", { timeout: 1_200_000 }, () => {
  for (const bug of bugs)
    it(`"${bug}"`, async () => {
      const count = await steps(folder, bug)
      let found: number | undefined
      for (let step = 1; step <= count && found === undefined; step += 1)
        if ((await dieAt(folder, step, bug)).wrong.length > 0) found = step
      console.info(`"${bug}" is found at step ${found} of ${count}`)
      assert.isDefined(found)
    })
})
