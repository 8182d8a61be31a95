/** Every file of PayPal's that is known: what a person downloads, a business account's report, and a monthly statement. */
import { formats as activity } from "./activity.ts"
import { formats as personal } from "./personal.ts"
import { formats as statement } from "./statement.ts"

export const formats = [...personal, ...activity, ...statement]
