import { buildNodeSigner } from "@overt/server/crypto/verify.ts";
import { toBase64, toHex, utf8 } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { type SigningKey, signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { addSignature, type Envelope, envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sealLevel } from "@overt/shared/crypto/seal.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import type { HealthFields, MatchFacts } from "@overt/shared/protocol/build-event.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";

const sign = buildNodeSigner();

export interface DeviceOptions {
  readonly pack: EnrolmentPack;
  readonly officer: SigningKey;
  readonly random: (n: number) => Uint8Array;
  readonly now: () => number;
  readonly outcome?: "acknowledged" | "declined";
  /** Box keys that evidence is sealed to, beside the device's own. */
  readonly recipients?: readonly Uint8Array[];
  /** Changes to the acknowledgement before it is signed. */
  readonly change?: Record<string, unknown>;
  readonly signing?: SigningKey;
}

/** What one record is, and the ciphertexts it names. */
export interface MadeRecord {
  readonly seq: number;
  readonly hash: string;
  readonly envelope: Envelope;
  readonly blobs: readonly { readonly sha256: string; readonly bytes: Uint8Array }[];
}

/** A device on the wire: it keeps its chain and signs whatever it is told to, sound or not. */
export interface SimulatedDevice {
  readonly deviceId: string;
  readonly signing: SigningKey;
  readonly box: BoxKey;
  /** Body of POST /v1/enrolments. */
  readonly enrolment: EnrolmentPack & { readonly acknowledgement: Envelope };
  /** The next record of the chain. `change` goes over its fields last. */
  add(fields: HealthFields, change?: Record<string, unknown>): MadeRecord;
  match(match?: {
    readonly facts?: Partial<MatchFacts>;
    readonly evidence?: { readonly level1?: unknown; readonly level2?: unknown };
    readonly change?: Record<string, unknown>;
  }): MadeRecord;
  state(text: string, about?: string): MadeRecord;
  /** Header of a signed request. */
  signRequest(
    method: "GET" | "PUT" | "POST",
    path: string,
    change?: Record<string, unknown>,
  ): { "overt-request": string };
  /** Where the chain stands; give it back to fork the chain. */
  position(): { readonly seq: number; readonly prev: string };
  rewind(position: { readonly seq: number; readonly prev: string }): void;
}

const practiceMatch: MatchFacts = {
  ...{ ruleId: "practice-chat-site", ruleRevision: 1, ruleSetVersion: 1, clauseId: "clause-3", category: "chat" },
  ...{ severity: "high", channel: "extension", cause: "user-navigation", count: 1, windowSeconds: 0 },
  orderUnconfirmed: false,
};

export function buildDevice(options: DeviceOptions): SimulatedDevice {
  const { pack, officer, random, now } = options;
  const signing = options.signing ?? signingKeyFromSeed(random(32));
  const box = boxKeyFromSeed(random(32));
  const orderHash = envelopeHash(pack.order);
  const answer = {
    ...{ v: 1, tokenHash: envelopeHash(pack.token), caseRef: "PRACTICE-001", orderHash },
    ...{ deviceKey: toHex(signing.publicKey), deviceBoxKey: toHex(box.publicKey), account: toHex(random(32)) },
    ...{
      noticeSha256: "aa".repeat(32),
      language: "en",
      screens: [{ id: "about", sha256: "aa".repeat(32), seconds: 9 }],
    },
    ...{
      outcome: options.outcome ?? "acknowledged",
      copyGiven: true,
      agentVersion: "0.1.0",
      buildSha256: "bb".repeat(32),
    },
    ...{ os: "linux", keyStorage: "software-unprotected", at: now(), code: "12345678", salt: toHex(random(16)) },
    ...options.change,
  };
  const acknowledgement = addSignature(
    signEnvelope(payloadTypes.acknowledgement, answer, [signing], sign),
    officer,
    sign,
  );
  const deviceId = envelopeHash(acknowledgement).slice(0, 32);
  const bootId = toHex(random(16));
  let [seq, prev] = [0, envelopeHash(acknowledgement)];

  function make(type: string, fields: Record<string, unknown>, blobs: MadeRecord["blobs"] = []): MadeRecord {
    const chain = {
      v: 1,
      deviceId,
      seq,
      prev,
      at: now(),
      elapsedSeconds: 1,
      bootId,
      orderHash,
      salt: toHex(random(16)),
    };
    const document = { ...chain, ...fields };
    const envelope = signEnvelope(type, document, [signing], sign);
    const made = { seq: document.seq, hash: envelopeHash(envelope), envelope, blobs };
    [seq, prev] = [made.seq + 1, made.hash];
    return made;
  }

  function seal(plain: unknown, level: 1 | 2) {
    const recipients = [...(options.recipients ?? []), box.publicKey];
    const { blob, commitment, ciphertextSha256, bucket } = sealLevel({
      plaintext: canonicalBytes(plain),
      recipients,
      random,
    });
    return {
      blob: { sha256: ciphertextSha256, bytes: blob },
      reference: { level, commitment, ciphertextSha256, bucket },
    };
  }

  return {
    ...{ deviceId, signing, box },
    enrolment: { ...pack, acknowledgement },
    add: (fields, change) => make(payloadTypes.event, { ...fields, ...change }),
    match({ facts = {}, evidence = {}, change = {} } = {}) {
      const sealed = [
        ...(evidence.level1 === undefined ? [] : [seal(evidence.level1, 1)]),
        ...(evidence.level2 === undefined ? [] : [seal(evidence.level2, 2)]),
      ];
      const { orderUnconfirmed, ...open } = { ...practiceMatch, ...facts };
      return make(
        payloadTypes.event,
        {
          ...{ kind: "match", ...open, ...(orderUnconfirmed && { orderUnconfirmed }) },
          ...(sealed.length > 0 && { evidence: sealed.map(({ reference }) => reference) }),
          ...change,
        },
        sealed.map(({ blob }) => blob),
      );
    },
    state(text, about) {
      const { blob, reference } = seal({ v: 1, text }, 1);
      return make(payloadTypes.statement, { kind: "explain", text: reference, ...(about && { about }) }, [blob]);
    },
    signRequest(method, path, change = {}) {
      const request = { v: 1, deviceId, method, path, at: now(), nonce: toHex(random(16)), ...change };
      const envelope = signEnvelope(payloadTypes.request, request, [signing], sign);
      return { "overt-request": toBase64(utf8(JSON.stringify(envelope))) };
    },
    position: () => ({ seq, prev }),
    rewind(position) {
      [seq, prev] = [position.seq, position.prev];
    },
  };
}

export const heartbeat: HealthFields = {
  kind: "heartbeat",
  totals: { observed: 3, matched: 1, suppressed: 0, droppedByGate: 2 },
  rules: [],
};
