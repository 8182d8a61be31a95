/** BullMQ: its own `Queue` fits, its own rules for ids are kept, and over a real Redis one id is one job. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { bullmq, type Message } from "@paymirror/webhooks"
import { type JobsOptions, Queue, Worker } from "bullmq"
import { randomUUID } from "node:crypto"
import { expectTypeOf } from "vitest"
import { due, receiver, signed } from "./Sender.ts"
import * as Redis from "./Redis.ts"

describe("the adapter", () => {
  it("takes BullMQ's own queue, and options, by their types", () => {
    const queue: Queue<Message> = Queue.prototype
    const enqueue = bullmq(queue, { attempts: 10, backoff: { type: "exponential", delay: 1000 } })
    expectTypeOf(enqueue).toEqualTypeOf<(message: Message) => Promise<unknown>>()
    expectTypeOf(bullmq<JobsOptions>)
      .parameter(1)
      .toEqualTypeOf<JobsOptions | undefined>()
    expectTypeOf<Queue>().toExtend<Parameters<typeof bullmq<JobsOptions>>[0]>()
    // @ts-expect-error what is no option of BullMQ's is refused
    assert.isFunction(bullmq(queue, { attempt: 10 }))
  })

  it("adds a job of the event's type, under the message's id, which is remembered for a week", async () => {
    const added: Array<unknown> = []
    const add = async (...args: ReadonlyArray<unknown>) => added.push(args)
    await bullmq<JobsOptions>({ add })({ id: "msg_1", event: due })
    await bullmq<JobsOptions>({ add }, { attempts: 3, removeOnFail: false })({ id: "msg_2", event: due })
    const week = { age: 604_800 }
    assert.deepStrictEqual(added, [
      ["installment.due", { id: "msg_1", event: due }, { jobId: "msg_1", removeOnComplete: week, removeOnFail: week }],
      [
        "installment.due",
        { id: "msg_2", event: due },
        { jobId: "msg_2", attempts: 3, removeOnComplete: week, removeOnFail: false }
      ]
    ])
  })
})

describe("over Redis", () => {
  const absent = "no redis-server on the path and no PAYMIRROR_TEST_REDIS_URL: BullMQ was not run"
  let redis: Redis.Redis | undefined
  beforeAll(async () => {
    redis = await Redis.open()
  })
  afterAll(() => redis?.close())

  /** A queue of its own name, and a receiver before it. */
  const opened = ({ client }: Redis.Redis) => {
    const name = `webhooks-${randomUUID()}`
    const queue = new Queue<Message>(name, { connection: client })
    /** `timeout` in seconds. */
    const deliver = async (id: string, timeout = 20): Promise<number> =>
      (await receiver({ enqueue: bullmq(queue), timeout }).receive(signed(due, { id }))).status
    /** What a worker did until it had done so many, and a while longer. */
    const work = async (count: number): Promise<ReadonlyArray<string>> => {
      const acts: Array<string> = []
      const enough = Promise.withResolvers<void>()
      const worker = new Worker<Message>(
        name,
        async ({ data }) => {
          acts.push(data.id)
        },
        { connection: client }
      )
      worker.on("completed", () => {
        if (acts.length >= count) enough.resolve()
      })
      await enough.promise
      await worker.close()
      return acts
    }
    const close = async () => {
      await queue.obliterate({ force: true })
      await queue.close()
    }
    return { queue, deliver, work, close }
  }

  it("one id is one job, before and after the worker is done with it", async (context) => {
    if (redis === undefined) return context.skip(absent)
    const { close, deliver, queue, work } = opened(redis)
    for (const id of ["msg_1", "msg_2", "msg_1"]) assert.strictEqual(await deliver(id), 202)
    assert.strictEqual(await queue.getJobCountByTypes("waiting"), 2)
    assert.deepStrictEqual(await work(2), ["msg_1", "msg_2"])
    for (const id of ["msg_2", "msg_1", "msg_3"]) assert.strictEqual(await deliver(id), 202)
    assert.deepStrictEqual(await work(1), ["msg_3"])
    assert.strictEqual(await queue.getJobCountByTypes("completed"), 3)
    await close()
  })

  it("ids that BullMQ refuses are taken, and stay apart", async (context) => {
    if (redis === undefined) return context.skip(absent)
    const { close, deliver, work } = opened(redis)
    const bare = opened(redis)
    const ids = ["42", "-7", "a:b", "a%3Ab", "%342"]
    const add = (id: string) => bare.queue.add("x", { id, event: due }, { jobId: id })
    const refused = await Promise.all(
      ids.map((id) =>
        add(id).then(
          () => [],
          () => [id]
        )
      )
    )
    assert.deepStrictEqual(refused.flat(), ["42", "-7", "a:b"])
    await bare.close()
    for (const id of ids) assert.strictEqual(await deliver(id), 202)
    assert.deepStrictEqual([...(await work(5))].toSorted(), ["%342", "-7", "42", "a%3Ab", "a:b"])
    await close()
  })

  it("a Redis that hangs has the sender come again, and nothing is taken twice", async (context) => {
    if (redis === undefined) return context.skip(absent)
    const { freeze } = redis
    if (freeze === undefined) return context.skip("the Redis of PAYMIRROR_TEST_REDIS_URL is not this test's to stop")
    const { close, deliver, work } = opened(redis)
    assert.strictEqual(await deliver("msg_1"), 202)
    freeze(true)
    assert.strictEqual(await deliver("msg_2", 0.2), 503)
    freeze(false)
    assert.strictEqual(await deliver("msg_2"), 202)
    assert.deepStrictEqual(await work(2), ["msg_1", "msg_2"])
    await close()
  })
})
