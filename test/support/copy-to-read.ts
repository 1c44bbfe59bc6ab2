import type { StoredRecord } from "@overt/agent/core/journal.ts";
import type { AgentStatus, SentRecord } from "@overt/agent/notice/ports.ts";
import type { CopyToRead } from "@overt/agent/notice/readable-copy.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import { openDevice, startedAt, type TestAgency } from "./agent-session.ts";
import { readPayload } from "./fake-ingest.ts";

export const copyStatus: AgentStatus = {
  ...{ state: "on", reasons: [], practice: true, agency: "practice-agency", deviceId: "00", ruleSet: undefined },
  ...{ lastDeliveredAt: undefined, waiting: 0, browserConnected: true, pausedUntil: undefined, now: startedAt },
};
const hostOnly = (host: string) => ({ v: 1, level: 1, host, maskedTerm: "" }) as const;

/** Makes copies of one record, the start of a device's chain, with what a website, a person and a reviewer wrote. */
export function copies(world: TestAgency) {
  let start: StoredRecord | undefined;
  return (words: { host: string; statement: string; told: string }): CopyToRead => {
    start ??= openDevice(world).journal.list(undefined, 1)[0];
    if (start === undefined) throw new RangeError("The chain has no start.");
    const record: SentRecord = {
      ...{ seq: start.seq, hash: start.hash, envelope: start.envelope, receipt: undefined },
      document: { type: "event", event: Event.parse(readPayload(start.envelope)) },
      evidence: [hostOnly(words.host)],
      statementText: words.statement,
      views: [{ role: "reviewer", level: 1, at: startedAt }],
      decisions: [
        { outcome: "false-match", role: "reviewer", at: startedAt, told: words.told, attested: "session" },
      ] as SentRecord["decisions"],
    };
    return { status: copyStatus, order: world.agency.order, records: [record] };
  };
}
