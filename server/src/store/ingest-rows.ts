import { parseHex } from "@overt/shared/bytes.ts";
import { RuleSet } from "@overt/shared/rules/language.ts";
import type { Kysely } from "kysely";
import type { KnownDevice, KnownRules } from "../domain/ingest-store.ts";
import type { IngestTables } from "./ingest-tables.ts";

type Db = Kysely<IngestTables>;

const deviceColumns = [
  "device.device_key",
  "device.device_id",
  "device.case_id",
  "device.public_key",
  "device.state",
  "device.order_hash",
  "device.ack_hash",
  "covered_case.case_ref",
] as const;

async function findOne(db: Db, column: "device_id" | "ack_hash", value: string): Promise<KnownDevice | undefined> {
  const row = await db
    .selectFrom("device")
    .innerJoin("covered_case", "covered_case.case_id", "device.case_id")
    // No key, no device: an erased case takes nothing more.
    .innerJoin("case_key", "case_key.case_id", "device.case_id")
    .select(deviceColumns)
    .where(`device.${column}`, "=", value)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    deviceKey: row.device_key,
    deviceId: row.device_id,
    caseId: row.case_id,
    caseRef: row.case_ref,
    publicKey: parseHex(row.public_key),
    state: row.state,
    orderHash: row.order_hash,
    ackHash: row.ack_hash,
  };
}

export const findDeviceById = (db: Db, deviceId: string) => findOne(db, "device_id", deviceId);
export const findDeviceByAck = (db: Db, ackHash: string) => findOne(db, "ack_hash", ackHash);

/** Rule sets never change under their version, so each is parsed once. */
export function buildRuleSets(db: Db): { read(): Promise<KnownRules> } {
  const parsed = new Map<string, RuleSet>();
  const ruleIds = new Set<string>();
  const known: KnownRules = {
    findRuleSet: (version, ruleId) => [...parsed.values()].find((set) => set.version === version && holds(set, ruleId)),
    isKnown: (ruleId) => ruleIds.has(ruleId),
  };

  async function parse(bundle: string, version: number): Promise<void> {
    const { body } = await db
      .selectFrom("rule_set")
      .select("body")
      .where("bundle", "=", bundle)
      .where("version", "=", version)
      .executeTakeFirstOrThrow();
    const set = RuleSet.parse(JSON.parse(body));
    parsed.set(`${bundle} ${version}`, set);
    for (const { ruleId } of [...set.rules, ...set.behaviours]) ruleIds.add(ruleId);
  }

  return {
    async read() {
      const rows = await db.selectFrom("rule_set").select(["bundle", "version"]).execute();
      for (const { bundle, version } of rows) {
        if (!parsed.has(`${bundle} ${version}`)) await parse(bundle, version);
      }
      return known;
    },
  };
}

function holds(set: RuleSet, ruleId: string): boolean {
  return [...set.rules, ...set.behaviours].some((rule) => rule.ruleId === ruleId);
}
