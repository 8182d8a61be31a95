import { conformance } from "../src/index.ts"
import * as Bank from "./Bank.ts"
import * as Statement from "./Statement.ts"
import { subject } from "./subject.ts"

conformance("a session", subject(), { atLeast: "gold" })

conformance("account information", Bank.subject(), { atLeast: "gold" })

conformance("a file", Statement.subject(), { atLeast: "gold" })
