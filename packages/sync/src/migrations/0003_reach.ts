/** How far an account's reads have reached back, until its ledger has an opening; when it was fixed, and after which row. */
export const reach = [
  `CREATE TABLE reach (
    account INTEGER NOT NULL, stream TEXT NOT NULL, since TEXT NOT NULL, heard_on TEXT NOT NULL,
    PRIMARY KEY (account, stream))`,
  `ALTER TABLE anchor ADD COLUMN fixed_on TEXT`,
  `ALTER TABLE anchor ADD COLUMN last_row INTEGER`
]
