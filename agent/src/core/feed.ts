import { parseBase64 } from "@overt/shared/bytes.ts";
import { type Envelope, readUnverified, verifyEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { TransportError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { Decision, View } from "@overt/shared/protocol/review.ts";
import type { Servers } from "@overt/shared/protocol/roster.ts";
import type { FeedItem } from "@overt/shared/protocol/wire.ts";
import type { z } from "zod";
import { findKeysAt } from "./agency-keys.ts";
import type { DeviceApi } from "./device-api.ts";
import type { FeedEntry, Journal } from "./journal.ts";

/**
 * Takes up what became of the device's records: views and decisions under a console key in force when they were made.
 * Items that do not verify are left out and counted; nothing of them is shown. Returns how many came. Throws TransportError.
 */
export async function takeFeed(deps: {
  readonly journal: Journal;
  readonly api: DeviceApi;
  readonly servers: () => Servers;
}): Promise<{ readonly taken: number; readonly refused: number }> {
  const { journal, api } = deps;
  const after = journal.feedCursor();
  const answer = await api.fetchFeed(after);
  if (answer.next < after || answer.items.some((item) => item.cursor <= after || item.cursor > answer.next)) {
    throw new TransportError("BAD_RESPONSE", "The server's answer does not follow the last one.");
  }
  const entries = answer.items.flatMap((item) => findEntry(item, deps.servers()) ?? []);
  journal.addFeed(entries, answer.next);
  return { taken: entries.length, refused: answer.items.length - entries.length };
}

function findEntry(item: FeedItem, servers: Servers): FeedEntry | undefined {
  try {
    switch (item.kind) {
      case "view":
        return { item, about: [openView(item.view, servers).about] };
      case "decision": {
        const { about, told } = openDecision(item.decision, servers);
        const blob = item.toldBlob === undefined ? undefined : sha256Hex(parseBase64(item.toldBlob));
        return blob === told?.ciphertextSha256 ? { item, about } : undefined;
      }
      case "tombstone":
        return { item, about: [item.about] };
    }
  } catch {
    return undefined;
  }
}

/** A view that the console signed while its key was in force. Throws VerificationError. */
export function openView(envelope: Envelope, servers: Servers): View {
  return open(envelope, { payloadType: payloadTypes.view, schema: View, maxBytes: limits.payload.view }, servers);
}

/** As `openView`, for a decision. */
export function openDecision(envelope: Envelope, servers: Servers): Decision {
  const spec = { payloadType: payloadTypes.decision, schema: Decision, maxBytes: limits.payload.decision };
  return open(envelope, spec, servers);
}

function open<T extends { at: number }>(
  envelope: Envelope,
  spec: { payloadType: string; schema: z.ZodType<T>; maxBytes: number },
  servers: Servers,
): T {
  const { at } = readUnverified(envelope, spec.schema, spec.maxBytes);
  return verifyEnvelope(envelope, { ...spec, keys: findKeysAt(servers.consoleKeys, at) }).value;
}
