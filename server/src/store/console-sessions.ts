import type { Kysely } from "kysely";
import type { SessionStore } from "../domain/console-store.ts";
import type { ConsoleTables } from "./console-tables.ts";

export function buildSessionStore(db: Kysely<ConsoleTables>): SessionStore {
  return {
    async insertLink({ tokenHash, reviewerId, createdAt, expiresAt }) {
      const link = { token_hash: tokenHash, reviewer_id: reviewerId, created_at: createdAt, expires_at: expiresAt };
      await db
        .insertInto("sign_in_link")
        .values({ ...link, used_at: null })
        .execute();
    },
    async findLink(tokenHash, now) {
      const row = await db
        .selectFrom("sign_in_link")
        .select("reviewer_id")
        .where("token_hash", "=", tokenHash)
        .where("used_at", "is", null)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      return row?.reviewer_id;
    },
    async takeLink(tokenHash, now) {
      const row = await db
        .updateTable("sign_in_link")
        .set({ used_at: now })
        .where("token_hash", "=", tokenHash)
        .where("used_at", "is", null)
        .where("expires_at", ">", now)
        .returning("reviewer_id")
        .executeTakeFirst();
      return row?.reviewer_id;
    },
    async insert(sessionHash, { reviewerId, startedAt, rotatedAt, seenAt }) {
      const times = { started_at: startedAt, rotated_at: rotatedAt, seen_at: seenAt, ends_at: null };
      await db
        .insertInto("session")
        .values({ session_hash: sessionHash, reviewer_id: reviewerId, ...times })
        .execute();
    },
    async find(sessionHash, now) {
      const row = await db
        .selectFrom("session")
        .selectAll()
        .where("session_hash", "=", sessionHash)
        .where((eb) => eb.or([eb("ends_at", "is", null), eb("ends_at", ">", now)]))
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { reviewer_id: reviewerId, started_at: startedAt, rotated_at: rotatedAt, seen_at: seenAt } = row;
      return { reviewerId, startedAt, rotatedAt, seenAt, ending: row.ends_at !== null };
    },
    async touch(sessionHash, at) {
      await db.updateTable("session").set({ seen_at: at }).where("session_hash", "=", sessionHash).execute();
    },
    async expire(sessionHash, endsAt) {
      await db.updateTable("session").set({ ends_at: endsAt }).where("session_hash", "=", sessionHash).execute();
    },
    async delete(sessionHash) {
      await db.deleteFrom("session").where("session_hash", "=", sessionHash).execute();
    },
  };
}
