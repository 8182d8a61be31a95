import type { Seen } from "@paymirror/webhooks"
import type { RedisClientType } from "redis"

export const redisSeen = (redis: Pick<RedisClientType, "get" | "set" | "del">): Seen => ({
  first: async (id, lease) => {
    const held = { condition: "NX", expiration: { type: "PX", value: lease } } as const
    if ((await redis.set(`hook:${id}`, "held", held)) !== null) return "first"
    return (await redis.get(`hook:${id}`)) === "done" ? "done" : "held"
  },
  done: (id, keep) => redis.set(`hook:${id}`, "done", { expiration: { type: "PX", value: keep } }),
  release: (id) => redis.del(`hook:${id}`)
})
