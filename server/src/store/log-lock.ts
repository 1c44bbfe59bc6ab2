import { StoreError } from "@overt/shared/errors.ts";
import BetterSqlite3 from "better-sqlite3";

/**
 * Holds the right to write the log beside this file, for as long as the process lives: the operating system's own file
 * lock, so that a killed process leaves none behind. Throws STORE_FAILED where another process holds it.
 */
export function lockLog(path: string): { close(): void } {
  const database = new BetterSqlite3(path, { timeout: 0 });
  try {
    database.exec("begin exclusive");
  } catch (cause) {
    database.close();
    throw new StoreError("STORE_FAILED", "Another process writes this log already. Stop it first.", { cause });
  }
  return { close: () => database.close() };
}
