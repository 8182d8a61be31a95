/**
 * A BullMQ queue as `enqueue`. It knows BullMQ by the one method it calls and imports nothing of it. The job's id is the
 * message's, and BullMQ adds no second job of an id as long as it keeps the first: so finished jobs are kept for a week
 * here, unless the caller says otherwise. What it does not do: it sets no number of attempts; BullMQ's own default is one.
 */
import type { Message } from "./Received.ts"

/** What is used of a `Queue` of BullMQ's; `Options` are its `JobsOptions`. */
export interface BullMqQueue<Options> {
  readonly add: (name: string, data: Message, options?: Options) => Promise<unknown>
}

const week = { age: 7 * 24 * 60 * 60 }

/** BullMQ refuses an id with `:` in it, and one that reads as a whole number. No two ids become one. */
const jobId = (id: string): string =>
  encodeURIComponent(id).replace(/^[-\d](?=\d*$)/, (first) => `%${first.charCodeAt(0).toString(16)}`)

/** The job's name is the type of the event. `options` are BullMQ's own, such as `attempts` and `backoff`. */
export const bullmq =
  <Options extends { readonly jobId?: string }>(queue: BullMqQueue<Options>, options?: Options) =>
  (message: Message): Promise<unknown> =>
    queue.add(message.event.type, message, {
      removeOnComplete: week,
      removeOnFail: week,
      ...options,
      jobId: jobId(message.id)
    } as unknown as Options)
