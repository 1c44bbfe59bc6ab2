import { toHex } from "@overt/shared/bytes.ts";
import type { AgentStatus } from "../notice/ports.ts";
import type { EnrolmentState } from "./enrolment-state.ts";
import { readSent } from "./sent-records.ts";
import type { Work } from "./work.ts";

/**
 * All that the person can see, as one JSON text: the signed documents as they were sent (they verify by themselves), the
 * receipts, what the seals held, and what became of each. Secret keys are not in it.
 */
export function exportRecords(input: {
  readonly state: EnrolmentState | undefined;
  readonly work: Work | undefined;
  readonly status: AgentStatus;
}): { readonly filename: string; readonly json: string } {
  const { state, work, status } = input;
  const body = {
    format: "overt-export-v1",
    status,
    enrolment: state === undefined || state.step === "ended" ? undefined : { pack: state.pack, issuer: state.issuer },
    ended: state?.step === "ended" ? { reason: state.reason, at: state.at } : undefined,
    acknowledgement: state?.step === "done" ? state.acknowledgement : undefined,
    ...(work && {
      keys: { signing: toHex(work.keys.signing.publicKey), box: toHex(work.keys.box.publicKey) },
      order: work.session.orders.newest().order.envelope,
      orderStatus: work.session.orders.newest().status.envelope,
      protectedVisits: work.session.monitor.counters().protectedVisits,
      records: listAll(work),
    }),
  };
  return { filename: `overt-export-${status.now}.json`, json: `${JSON.stringify(body, undefined, 2)}\n` };
}

function listAll({ journal, keys, session }: Work) {
  const deps = { journal, keys, servers: () => session.agencyKeys().servers };
  return journal
    .list(undefined, Number.MAX_SAFE_INTEGER)
    .map((record) => ({ ...readSent(record, deps), feed: journal.listFeed(record.hash) }));
}
