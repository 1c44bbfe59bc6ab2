import { readUnverified, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { OvertError, TransportError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { verifyCheckpoint } from "@overt/shared/log/checkpoint.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Receipt } from "@overt/shared/protocol/receipt.ts";
import type { Servers } from "@overt/shared/protocol/roster.ts";
import type { EventResult } from "@overt/shared/protocol/wire.ts";
import { findKeysAt } from "./agency-keys.ts";
import type { DeviceApi } from "./device-api.ts";
import type { Journal, Settlement, StoredReceipt, StoredRecord } from "./journal.ts";
import type { TrustedTime } from "./trusted-time.ts";

/**
 * What one round did. `more`: another batch waits; `resent`: the server had lost what it signed for, which waits again;
 * `stuck`: it does not take the next record as it is.
 */
export type Round = "idle" | "done" | "more" | "resent" | "stuck" | "forked";

export interface Uplink {
  /** Sends one batch and the blobs that belong to delivered records. Throws TransportError where nothing could be sent. */
  deliver(): Promise<Round>;
  /** Fetches and verifies the log's checkpoint, so that delivered records may go when room is short. */
  cover(): Promise<void>;
  lastDeliveredAt(): number | undefined;
}

export interface UplinkDeps {
  readonly journal: Journal;
  readonly api: DeviceApi;
  readonly time: TrustedTime;
  readonly deviceId: string;
  /** Receipt and log keys as the agency's signers published them. */
  readonly servers: () => Servers;
}

const batchBytes = limits.eventsBody - 64 * 1024;
const blobsAtOnce = 20;

export function buildUplink(deps: UplinkDeps): Uplink {
  const { journal, api, time } = deps;
  let lastDeliveredAt: number | undefined;

  return {
    async deliver() {
      if (journal.forked()) return "forked";
      const batch = journal.pending(limits.eventsPerBatch, batchBytes);
      if (batch.length > 0) {
        const answer = await api.postEvents(batch.map((record) => record.envelope));
        if (answer.results.length !== batch.length) throw badAnswer();
        const settled = settle(batch, answer.results, deps);
        journal.settle(settled);
        journal.markWanted(answer.wantedBlobs);
        const receipt = settled.findLast((one) => one.receipt !== undefined)?.receipt;
        if (receipt !== undefined) {
          time.attest(receipt.receivedAt);
          lastDeliveredAt = receipt.receivedAt;
        }
        // A server that was set back holds less than it has signed for: what it lost is sent again.
        if (answer.head < journal.delivered()) {
          journal.resendAfter(answer.head);
          return "resent";
        }
        if (settled.length < batch.length) return journal.forked() ? "forked" : "stuck";
      }
      const blobsLeft = await uploadBlobs(deps);
      if (journal.size().waiting > 0 || blobsLeft) return "more";
      return batch.length > 0 ? "done" : "idle";
    },
    async cover() {
      if (journal.findUncoveredLeaf() === undefined) return;
      journal.cover(verifiedSize(await api.fetchCheckpoint(), deps));
    },
    lastDeliveredAt: () => lastDeliveredAt,
  };
}

/** The records that the answer closes, from the first on; a broken one and all behind it stay on the device. */
function settle(batch: readonly StoredRecord[], results: readonly EventResult[], deps: UplinkDeps): Settlement[] {
  const settled: Settlement[] = [];
  for (const [i, record] of batch.entries()) {
    const result = results[i];
    if (result === undefined || result.status === 424) break;
    const receipt = result.receipt && verifyReceipt(record, result, deps);
    const { status, code } = result;
    if (status === 409) {
      settled.push({ seq: record.seq, status, code, receipt: undefined });
      break;
    }
    // A refusal without a receipt is no proof of anything: the record is kept and offered again.
    if (receipt === undefined) break;
    settled.push({ seq: record.seq, status, code, receipt });
  }
  return settled;
}

/** The receipt must be of this device, this number and this hash, under a published receipt key. Throws BAD_RESPONSE. */
function verifyReceipt(record: StoredRecord, result: EventResult, deps: UplinkDeps): StoredReceipt {
  const maxBytes = limits.payload.receipt;
  try {
    const keys = findKeysAt(deps.servers().receiptKeys, readUnverified(result.receipt, Receipt, maxBytes).receivedAt);
    const { value, envelope } = verifyEnvelope(result.receipt, {
      payloadType: payloadTypes.receipt,
      schema: Receipt,
      keys,
      maxBytes,
    });
    if (value.deviceId !== deps.deviceId || value.seq !== record.seq || value.eventHash !== record.hash)
      throw badAnswer();
    return { envelope, receivedAt: value.receivedAt, leafIndex: value.leafIndex };
  } catch (cause) {
    if (cause instanceof OvertError) throw badAnswer(cause);
    throw cause;
  }
}

function verifiedSize(bytes: Uint8Array, deps: UplinkDeps): number {
  const { logKeys, logOrigin } = deps.servers();
  let failure: unknown;
  for (const publicKey of findKeysAt(logKeys, deps.time.now())) {
    try {
      return verifyCheckpoint(bytes, { name: logOrigin, publicKey }).checkpoint.size;
    } catch (error) {
      failure = error;
    }
  }
  throw badAnswer(failure);
}

async function uploadBlobs({ journal, api }: UplinkDeps): Promise<boolean> {
  const waiting = journal.pendingBlobs(blobsAtOnce);
  for (const sha256 of waiting) {
    const bytes = journal.findBlob(sha256);
    try {
      if (bytes !== undefined) await api.putBlob(sha256, bytes);
    } catch (error) {
      // Refused for good (the record was taken as a hash only): nobody will ask for it again.
      if (!(error instanceof OvertError) || error instanceof TransportError) throw error;
    }
    journal.markUploaded(sha256);
  }
  return waiting.length === blobsAtOnce;
}

function badAnswer(cause?: unknown): TransportError {
  return new TransportError("BAD_RESPONSE", "The server's answer does not fit what was sent.", { cause });
}
