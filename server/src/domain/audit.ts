import { toHex, utf8 } from "@overt/shared/bytes.ts";
import { documentHash } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { LeafType } from "@overt/shared/log/leaf.ts";
import { AuditEntry, type auditObjects, type auditOperations } from "@overt/shared/protocol/audit.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Actor } from "./actor.ts";
import type { AuditRow, ConsoleStore } from "./console-store.ts";

export interface AuditDeps {
  readonly now: () => number;
  readonly random: (n: number) => Uint8Array;
}

export interface AuditFact {
  readonly operation: (typeof auditOperations)[number];
  readonly object: (typeof auditObjects)[number];
  readonly objectId: string;
}

const firstPrev = "0".repeat(64);

/** Appends one entry to the chain and its hash to the outbox; runs in the caller's transaction where there is one. */
export async function recordAudit(store: ConsoleStore, deps: AuditDeps, actor: Actor, fact: AuditFact): Promise<void> {
  await store.transaction(async (tx) => {
    const head = await tx.audit.findHead();
    const entry: AuditEntry = {
      v: 1,
      seq: (head?.seq ?? 0) + 1,
      prev: head?.hash ?? firstPrev,
      at: deps.now(),
      actor: actor.reviewerId,
      role: actor.role,
      operation: fact.operation,
      object: fact.object,
      objectHash: objectHash(fact.object, fact.objectId),
      salt: toHex(deps.random(16)),
    };
    const hash = auditHash(entry);
    await tx.audit.insert({ ...entry, hash, objectId: fact.objectId });
    await tx.outbox.add([{ leafType: LeafType.audit, hash }]);
  });
}

export type ChainCheck =
  | { readonly state: "whole"; readonly checked: number; readonly entries: number; readonly head: string | undefined }
  | { readonly state: "broken"; readonly atSeq: number };

/**
 * Walks the newest `most` entries of the chain in order (all of them where it is left out): sequence, link, hash and
 * object of each, the first linked to the stored hash before it.
 */
export async function checkAuditChain(store: ConsoleStore, most = Number.MAX_SAFE_INTEGER): Promise<ChainCheck> {
  const entries = (await store.audit.findHead())?.seq ?? 0;
  const from = Math.max(0, entries - most);
  let seq = from;
  let prev = firstPrev;
  if (from > 0) {
    const [before] = await store.audit.listChain(from - 1, 1);
    if (before?.seq !== from) return { state: "broken", atSeq: from };
    prev = before.hash;
  }
  for (;;) {
    const rows = await store.audit.listChain(seq, 500);
    for (const row of rows) {
      if (!isNextEntry(row, seq, prev)) return { state: "broken", atSeq: seq + 1 };
      seq = row.seq;
      prev = row.hash;
    }
    if (rows.length < 500) break;
  }
  return { state: "whole", checked: seq - from, entries: seq, head: seq === 0 ? undefined : prev };
}

function isNextEntry({ hash, objectId, ...entry }: AuditRow, seq: number, prev: string): boolean {
  const parsed = AuditEntry.safeParse(entry);
  return (
    parsed.success &&
    entry.seq === seq + 1 &&
    entry.prev === prev &&
    entry.objectHash === objectHash(entry.object, objectId) &&
    auditHash(parsed.data) === hash
  );
}

function auditHash(entry: AuditEntry): string {
  return documentHash(payloadTypes.audit, entry);
}

function objectHash(object: string, objectId: string): string {
  return sha256Hex(utf8(`${object}:${objectId}`));
}
