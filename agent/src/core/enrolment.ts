import { toHex } from "@overt/shared/bytes.ts";
import { envelopeHash } from "@overt/shared/crypto/envelope.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { OvertError, PolicyError, TransportError } from "@overt/shared/errors.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import type { EnrolmentActions, EnrolmentView } from "../notice/ports.ts";
import { type AgencyKeys, findOfficerKeysAt, requireAgencyKeys } from "./agency-keys.ts";
import type { Authority } from "./authority.ts";
import type { EnrolmentApi } from "./device-api.ts";
import { type DeviceKeys, ensureDeviceKeys, type KeyStore } from "./device-keys.ts";
import type { DocumentStore } from "./document-store.ts";
import { parsePack, parseTypedCode, parseTypedHost, readToken, requireCodeOf, verifyPack } from "./enrolment-pack.ts";
import { Answer, type DoneState, EnrolmentState, type ExchangeState, enrolmentDocument } from "./enrolment-state.ts";
import {
  awaitChallenge,
  awaitCountersignature,
  type DeviceFacts,
  type ExchangeInput,
  readAcknowledgement,
  signAcknowledgement,
} from "./exchange.ts";

export interface EnrolmentDeps {
  readonly documents: DocumentStore;
  readonly keyStore: KeyStore;
  readonly authority: Authority;
  readonly apiFor: (serverUrl: string) => EnrolmentApi;
  readonly facts: (keys: DeviceKeys) => DeviceFacts;
  readonly random: Random;
  /** System clock, Unix seconds: no time is trusted before an officer has signed one. */
  readonly wall: () => number;
  /** The exchange has something to do. */
  readonly onChange: () => void;
}

export interface Enrolment extends EnrolmentActions {
  state(): EnrolmentState | undefined;
  /**
   * Takes the exchange one step on. True once nothing is left to do. Throws TransportError, to be tried again; a
   * refusal by verification ends the enrolment and is shown.
   */
  step(): Promise<boolean>;
  markStarted(): void;
  end(reason: Extract<EnrolmentState, { step: "ended" }>["reason"], at: number): void;
}

export function openEnrolment(deps: EnrolmentDeps): Enrolment {
  const { documents } = deps;
  let state = documents.find(enrolmentDocument, EnrolmentState);
  let refused: Refusal | undefined;
  let keys: AgencyKeys | undefined;

  const keep = (next: EnrolmentState) => {
    documents.write(enrolmentDocument, next);
    state = next;
    deps.onChange();
  };
  const agencyKeys = async (pack: EnrolmentPack) => {
    keys ??= requireAgencyKeys((await deps.authority.admit(readToken(pack), deps.wall())).targets);
    return keys;
  };

  async function bring(pack: EnrolmentPack): Promise<void> {
    const { issuer, targets } = await deps.authority.admit(readToken(pack), deps.wall());
    keys = requireAgencyKeys(targets);
    verifyPack(pack, keys, issuer.agency, deps.wall());
    keep({ v: 1, step: "read", pack, issuer });
  }

  async function exchange(current: ExchangeState): Promise<boolean> {
    const deviceKeys = ensureDeviceKeys(deps.keyStore, deps.random);
    const input = exchangeInput(current, await agencyKeys(current.pack), deviceKeys, deps);
    if (current.acknowledgement === undefined) {
      const challenge = await awaitChallenge(input);
      if (challenge === undefined) return false;
      const facts = deps.facts(deviceKeys);
      keep({ ...current, acknowledgement: signAcknowledgement(input, challenge, current.answer, facts, deps.random) });
      return false;
    }
    const acknowledgement = await awaitCountersignature(input, current.acknowledgement);
    if (acknowledgement === undefined) return false;
    const { at, outcome } = readAcknowledgement(acknowledgement, deviceKeys.signing.publicKey);
    const ackHash = envelopeHash(acknowledgement);
    const deviceId = ackHash.slice(0, 32);
    const { pack, issuer } = current;
    const marks = { delivered: false, started: false };
    keep({ v: 1, step: "done", pack, issuer, outcome, acknowledgement, ackHash, deviceId, attestedAt: at, ...marks });
    return false;
  }

  async function deliver(current: DoneState): Promise<boolean> {
    if (current.delivered) return true;
    const { pack, acknowledgement } = current;
    await deps.apiFor(readToken(pack).serverUrl).enrol({
      v: 1,
      token: pack.token,
      order: pack.order,
      orderStatus: pack.orderStatus,
      acknowledgement,
    });
    // What the person does meanwhile is written to the same state.
    if (state?.step === "done") keep({ ...state, delivered: true });
    return true;
  }

  return {
    state: () => state,
    view: () => (refused === undefined ? viewOf(state, deps) : { step: "refused", ...refused }),
    async bring(input) {
      if (state !== undefined && state.step !== "read" && state.step !== "ended") {
        throw new PolicyError("TOKEN_USED", "This device is enrolled already, or its enrolment is under way.");
      }
      refused = undefined;
      try {
        await bring("pack" in input ? parsePack(input.pack) : await fetchPack(input, deps));
      } catch (error) {
        if (error instanceof OvertError) refused = refusalOf(error);
        throw error;
      }
    },
    async answer(input) {
      if (state?.step !== "read") throw new PolicyError("BAD_FORM", "There is nothing to answer now.");
      const answer = Answer.safeParse(input);
      if (!answer.success) throw new PolicyError("BAD_FORM", "The answer is not complete.");
      const { pack, issuer } = state;
      const { order } = verifyPack(pack, await agencyKeys(pack), issuer.agency, deps.wall());
      const { language, noticeSha256 } = answer.data;
      if (!order.value.notices.some((notice) => notice.language === language && notice.sha256 === noticeSha256)) {
        throw new PolicyError("BAD_FORM", "The notice that was shown is not the one that the order names.");
      }
      ensureDeviceKeys(deps.keyStore, deps.random);
      keep({ v: 1, step: "exchange", pack, issuer, answer: answer.data, n: toHex(deps.random(32)) });
    },
    async step() {
      try {
        if (state?.step === "exchange") return await exchange(state);
        if (state?.step === "done") return await deliver(state);
        return true;
      } catch (error) {
        if (error instanceof OvertError && !(error instanceof TransportError)) refused = refusalOf(error);
        throw error;
      }
    },
    markStarted() {
      if (state?.step === "done" && !state.started) keep({ ...state, started: true });
    },
    end(reason, at) {
      const deviceId = state?.step === "done" ? { deviceId: state.deviceId } : {};
      keep({ v: 1, step: "ended", reason, at, ...deviceId });
    },
  };
}

type Refusal = Pick<OvertError, "code" | "message">;

function refusalOf({ code, message }: OvertError): Refusal {
  return { code, message };
}

async function fetchPack(input: { host: string; code: string }, deps: EnrolmentDeps): Promise<EnrolmentPack> {
  const code = parseTypedCode(input.code);
  const pack = await deps.apiFor(parseTypedHost(input.host)).fetchPack(code);
  requireCodeOf(pack, code);
  return pack;
}

function exchangeInput(
  state: ExchangeState,
  keys: AgencyKeys,
  deviceKeys: DeviceKeys,
  deps: EnrolmentDeps,
): ExchangeInput {
  const { tokenId, caseRef, orderHash, officerId, serverUrl } = readToken(state.pack);
  return {
    api: deps.apiFor(serverUrl),
    keys: deviceKeys,
    tokenId,
    tokenHash: envelopeHash(state.pack.token),
    orderHash,
    caseRef,
    officerKeys: findOfficerKeysAt(keys.officers, officerId, deps.wall()),
    n: state.n,
  };
}

function viewOf(state: EnrolmentState | undefined, deps: EnrolmentDeps): EnrolmentView {
  switch (state?.step) {
    case "read":
      return {
        step: "read",
        caseRef: readToken(state.pack).caseRef,
        agency: state.issuer.name,
        practice: state.issuer.practice,
      };
    case "exchange": {
      if (state.answer.outcome === "declined") return { step: "declined" };
      if (state.acknowledgement === undefined) return { step: "wait-for-officer" };
      const { publicKey } = ensureDeviceKeys(deps.keyStore, deps.random).signing;
      return { step: "compare", code: readAcknowledgement(state.acknowledgement, publicKey).code };
    }
    case "done":
      return { step: state.outcome === "declined" ? "declined" : "done" };
    default:
      return { step: "bring-token" };
  }
}
