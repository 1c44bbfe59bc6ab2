import { limits } from "@overt/shared/limits.ts";
import { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import type { Kysely } from "kysely";
import type { IngestStore } from "../domain/ingest-store.ts";
import { overloaded } from "../domain/sequencer.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import type { IngestTables } from "./ingest-tables.ts";

type Db = Kysely<IngestTables>;

/** Packs and exchange messages wait here between officer and device, no longer than a token lives. */
export function buildRelayStore(
  db: Db,
  options: { readonly maxOpenSteps: number },
): Pick<IngestStore, "savePack" | "findPack" | "saveExchangeStep" | "findExchangeStep" | "deleteExpired"> {
  const cases = buildCaseStore(db);
  return {
    async savePack(code, pack, token, tokenHash) {
      await db.transaction().execute(async (trx) => {
        const inside = buildCaseStore(trx);
        const case_id = await inside.open(token.caseRef);
        const { tokenId: token_id, notAfter: not_after } = token;
        await trx
          .insertInto("pack")
          .values({
            code,
            token_hash: tokenHash,
            token_id,
            case_id,
            not_after,
            sealed: await inside.sealJson(case_id, pack),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },
    async findPack(code, now) {
      const row = await db
        .selectFrom("pack")
        .select(["case_id", "sealed"])
        .where("code", "=", code)
        .where("not_after", ">", now)
        .executeTakeFirst();
      const pack = row && (await cases.openJson(row.case_id, row.sealed));
      return pack === undefined ? undefined : EnrolmentPack.parse(pack);
    },
    async saveExchangeStep(tokenId, step, body, now) {
      const held = await findStep(db, tokenId, step);
      if (held !== undefined) return held === body;
      const open = await db
        .selectFrom("exchange_step")
        .select((eb) => eb.fn.countAll<number>().as("steps"))
        .executeTakeFirstOrThrow();
      if (Number(open.steps) >= options.maxOpenSteps) throw overloaded();
      await db
        .insertInto("exchange_step")
        .values({ token_id: tokenId, step, body, written_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await findStep(db, tokenId, step)) === body;
    },
    findExchangeStep: (tokenId, step) => findStep(db, tokenId, step),
    async deleteExpired(now) {
      await db.deleteFrom("pack").where("not_after", "<", now).execute();
      await db
        .deleteFrom("exchange_step")
        .where("written_at", "<", now - limits.tokenSeconds)
        .execute();
      await db.deleteFrom("nonce").where("expires_at", "<", now).execute();
    },
  };
}

async function findStep(db: Db, tokenId: string, step: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("exchange_step")
    .select("body")
    .where("token_id", "=", tokenId)
    .where("step", "=", step)
    .executeTakeFirst();
  return row?.body;
}
