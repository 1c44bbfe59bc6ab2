import type { RawSign, SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { type LeafType, leafData } from "@overt/shared/log/leaf.ts";
import type { Tree } from "@overt/shared/log/merkle.ts";
import type { Kysely } from "kysely";
import type { IngestUnit } from "../domain/ingest-store.ts";
import { buildCaseStore } from "./ingest-cases.ts";
import { storeLeaves } from "./ingest-log.ts";
import type { IngestTables } from "./ingest-tables.ts";
import { buildEnrolmentUnit } from "./unit-enrolment.ts";
import { buildHandoverUnit } from "./unit-handover.ts";
import { buildRecordUnit } from "./unit-records.ts";

/** Where the log and the records end. */
export interface IngestEnd {
  readonly tree: Tree;
  readonly lastRecord: number;
}

export interface UnitDeps {
  readonly db: Kysely<IngestTables>;
  readonly end: IngestEnd;
  readonly now: number;
  readonly receiptKey: SigningKey;
  readonly sign: RawSign;
  readonly logOrigin: string;
}

/** Every method that may write, begun or done: what is not in this list must only read. */
const writers = [
  ...(["appendLeaf", "appendRecord", "appendFork", "saveOrder", "saveOrderStatus", "saveEnrolment"] as const),
  ...(["saveDeviceStatus", "saveRuleSets", "markTargets", "drainHandover"] as const),
] as const;

/** The writes of one transaction; `flush` writes what was gathered and says where log and records end then. */
export function buildUnit(deps: UnitDeps): IngestUnit & { flush(): Promise<IngestEnd> } {
  const { db, now, end } = deps;
  const cases = buildCaseStore(db, { keepKeys: true });
  const leaves: Uint8Array[] = [];
  const appendLeaf = (type: LeafType, hash: string): number => {
    leaves.push(leafData(type, hash));
    return end.tree.size + leaves.length - 1;
  };
  const records = buildRecordUnit({ ...deps, cases, appendLeaf, lastRecord: end.lastRecord });
  let writes = 0;
  const unit = {
    appendLeaf,
    ...records,
    ...buildEnrolmentUnit({ db, cases, now, appendLeaf }),
    ...buildHandoverUnit({ db, now, appendLeaf }),
  };
  return {
    ...unit,
    ...countCalls(unit, writers, () => writes++),
    now,
    countWrites: () => writes,
    async flush() {
      const lastRecord = await records.flush();
      return { lastRecord, tree: await storeLeaves(db, end.tree, leaves) };
    },
  };
}

function countCalls<T extends object, K extends keyof T>(
  target: T,
  names: readonly K[],
  count: () => void,
): Pick<T, K> {
  const counted = names.map((name) => {
    const method = target[name] as (...inputs: unknown[]) => unknown;
    return [
      name,
      (...inputs: unknown[]) => {
        count();
        return method(...inputs);
      },
    ] as const;
  });
  return Object.fromEntries(counted) as Pick<T, K>;
}
