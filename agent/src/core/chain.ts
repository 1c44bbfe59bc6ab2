import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import {
  buildHealthEvent,
  buildMatchEvent,
  buildStatement,
  type ChainPosition,
  type HealthFields,
  type MatchFacts,
  type SealedBlob,
  type SeenInClear,
} from "@overt/shared/protocol/build-event.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import type { Statement } from "@overt/shared/protocol/statement.ts";
import type { Journal, RecordType, StateWrites } from "./journal.ts";
import type { TrustedTime } from "./trusted-time.ts";

export interface Written {
  readonly seq: number;
  readonly hash: string;
}

/** The one writer of the device's chain. Undefined answers mean that the journal was full: the number is lost, a gap will say so. */
export interface Chain {
  writeMatch(facts: MatchFacts, seen: SeenInClear, state: StateWrites): Written | undefined;
  writeHealth(fields: HealthFields, state?: StateWrites): Written | undefined;
  writeStatement(input: { kind: Statement["kind"]; about: string | undefined; text: string }): Written | undefined;
}

export interface ChainDeps {
  readonly journal: Journal;
  readonly time: TrustedTime;
  readonly deviceId: string;
  readonly signingKey: SigningKey;
  readonly random: Random;
  /** H of the order that is acknowledged. */
  readonly orderHash: () => string;
  /** Box keys that seals are made for: the group's current reviewers, the recovery key, the device's own. */
  readonly recipients: () => readonly Uint8Array[];
  /** Something that should be sent at once was written. */
  readonly onUrgent: () => void;
}

export function buildChain(deps: ChainDeps): Chain {
  const { journal, time, random } = deps;

  const position = (): ChainPosition => {
    const head = journal.head();
    return {
      deviceId: deps.deviceId,
      seq: head.seq + 1,
      prev: head.hash,
      orderHash: deps.orderHash(),
      ...time.stamp(),
    };
  };
  const append = (
    type: RecordType,
    kind: string,
    value: object,
    seq: number,
    blobs: readonly SealedBlob[],
    state: StateWrites,
  ) => {
    const envelope: Envelope = signEnvelope(payloadTypes[type], value, [deps.signingKey]);
    const hash = envelopeHash(envelope);
    journal.append({ seq, hash, type, kind, envelope, blobs }, { ...state, time: time.state() });
    return { seq, hash };
  };
  /** A gap tells what was lost before anything else is written. */
  const tellGap = () => {
    const lost = journal.lost();
    if (lost === undefined) return;
    const event = buildHealthEvent({
      fields: { kind: "gap", lostFrom: lost.from, lostTo: lost.to },
      chain: position(),
      random,
    });
    append("event", "gap", event, event.seq, [], {});
  };
  const openFor = (rank: "match" | "health", state: StateWrites): boolean => {
    if (journal.hasRoom(rank)) {
      tellGap();
      return true;
    }
    journal.lose({ ...state, time: time.state() });
    return false;
  };

  return {
    writeMatch(facts, seen, state) {
      if (!openFor("match", state)) return undefined;
      const { event, blobs } = buildMatchEvent({
        facts,
        seen,
        chain: position(),
        recipients: deps.recipients(),
        random,
      });
      const written = append("event", "match", event, event.seq, blobs, state);
      deps.onUrgent();
      return written;
    },
    writeHealth(fields, state = {}) {
      // How things stand can be told again later; that something began or ended cannot.
      const again = fields.kind === "heartbeat" || fields.kind === "coverage";
      if (!openFor(again ? "health" : "match", state)) return undefined;
      const event = buildHealthEvent({ fields, chain: position(), random });
      const written = append("event", event.kind, event, event.seq, [], state);
      if (!again) deps.onUrgent();
      return written;
    },
    writeStatement(input) {
      if (!openFor("match", {})) return undefined;
      const { statement, blob } = buildStatement({
        ...input,
        chain: position(),
        recipients: deps.recipients(),
        random,
      });
      const written = append("statement", statement.kind, statement, statement.seq, [blob], {});
      deps.onUrgent();
      return written;
    },
  };
}
