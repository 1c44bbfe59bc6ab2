import { toBase64, toHex } from "@overt/shared/bytes.ts";
import { openSealedWithSalt } from "@overt/shared/crypto/seal.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import type { EvidenceReference } from "@overt/shared/protocol/event.ts";
import type { AgentStatus, SentRecord } from "../notice/ports.ts";
import type { EnrolmentState } from "./enrolment-state.ts";
import { readSent } from "./sent-records.ts";
import type { Work } from "./work.ts";

/** SPEC.md section 12 in a few lines, so that the file says by itself how it is checked. */
const howToCheck = [
  "This is a person's own copy of all that a monitoring program sent about them. Nothing in it needs to be believed: it can be checked without the agency.",
  "1. With the program: overt-agent check FILE. It needs no network. Or by hand, with the steps below; section 12 of SPEC.md has them in full.",
  "2. “published” holds the agency's public files as TUF metadata and targets (base64). The SHA-256 of its first root must be “tufRootSha256” in the token, and must be the one that the agency made public. Verify from there to keys/order-signers.json, keys/officers.json and keys/servers.json.",
  "3. The order and its status verify under the order signers' keys, the token under the officer's key.",
  "4. The acknowledgement carries two signatures over the same bytes: the device's (its deviceKey) and the officer's.",
  "5. “records”, from number 0 up: each envelope verifies under the deviceKey; “prev” is the hash of the record before, of the first the hash of the acknowledgement. A record of kind “gap” names what was lost.",
  "6. Each receipt verifies under a receipt key of keys/servers.json and names the record's hash and its place in the agency's public log.",
  '7. “opened” is what the sealed notes said: SHA-256 of "overt-evidence-v1" and a zero byte, the salt and the plaintext must be the commitment in the signed record.',
  "8. “feed” holds who looked and what was decided, signed by the console's key in keys/servers.json.",
] as const;

/**
 * All that the person can see, as one JSON text: the signed documents as they were sent, the agency's published files and
 * the receipts, so that they verify by themselves; what the seals held, and what became of each. Secret keys are not in it.
 */
export function exportRecords(input: {
  readonly state: EnrolmentState | undefined;
  readonly work: Work | undefined;
  readonly status: AgentStatus;
}): { readonly filename: string; readonly json: string } {
  const { state, work, status } = input;
  const body = {
    format: "overt-export-v1",
    howToCheck,
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
      published: listPublished(work),
    }),
  };
  return { filename: `overt-export-${status.now}.json`, json: `${JSON.stringify(body, undefined, 2)}\n` };
}

function listAll(work: Work) {
  const { journal, keys, session } = work;
  const deps = { journal, keys, servers: () => session.agencyKeys().servers };
  return journal.list(undefined, Number.MAX_SAFE_INTEGER).map((record) => {
    const sent = readSent(record, deps);
    return { ...sent, opened: openAll(sent, work), feed: journal.listFeed(record.hash) };
  });
}

/** The sealed texts with their salts: with these a third person recomputes what the signed record committed to. */
function openAll(record: SentRecord, { journal, keys }: Work) {
  return referencesOf(record).flatMap(({ level, commitment, ciphertextSha256 }) => {
    const blob = journal.findBlob(ciphertextSha256);
    if (blob === undefined) return [];
    try {
      const { salt, plaintext } = openSealedWithSalt({ blob, commitment, ...keys.box });
      return [{ level, commitment, salt: toHex(salt), plaintext: toBase64(plaintext) }];
    } catch (error) {
      // A damaged seal is left out, as on the pages.
      if (error instanceof VerificationError) return [];
      throw error;
    }
  });
}

function referencesOf({ document }: SentRecord): readonly EvidenceReference[] {
  if (document.type === "statement") return [document.statement.text];
  return document.event.kind === "match" ? (document.event.evidence ?? []) : [];
}

function listPublished(work: Work) {
  const published = work.publishedFiles();
  return (
    published && {
      verifiedAt: published.verifiedAt,
      files: Object.fromEntries([...published.files].map(([path, bytes]) => [path, toBase64(bytes)])),
    }
  );
}
