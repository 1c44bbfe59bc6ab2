import type { Databases } from "../contract/databases.ts";

/** A PostgreSQL to run laws on, or why there is none. */
export function findPostgres(): Databases | string {
  return "not yet";
}
