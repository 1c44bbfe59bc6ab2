import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DeviceKeys, ensureDeviceKeys } from "@overt/agent/core/device-keys.ts";
import { parsePack, readToken } from "@overt/agent/core/enrolment-pack.ts";
import {
  awaitChallenge,
  awaitCountersignature,
  type ExchangeInput,
  signAcknowledgement,
} from "@overt/agent/core/exchange.ts";
import { openFileKeyStore } from "@overt/agent/platform/keys/file-key-store.ts";
import { openFolderRelay } from "@overt/scripts/officer/folder-relay.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { type Envelope, envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";
import type { z } from "zod";

/** The agent's own exchange, over files of a stick. */
export interface FolderDevice {
  readonly keys: DeviceKeys;
  /** Comes in with its commitment; true once the officer's number is there and was answered. */
  answer(outcome?: Acknowledgement["outcome"]): Promise<boolean>;
  /** The digits on its screen. */
  digits(): string;
  /** The acknowledgement under both signatures, once it is there. */
  findCountersigned(): Promise<Envelope | undefined>;
}

export function openFolderDevice(options: {
  readonly packFile: string;
  readonly folder: string;
  readonly stateFolder: string;
  readonly officerKey: Uint8Array;
  readonly random: (n: number) => Uint8Array;
}): FolderDevice {
  const pack = parsePack(readFileSync(options.packFile, "utf8"));
  const { tokenId, caseRef, orderHash } = readToken(pack);
  const relay = openFolderRelay(options.folder, tokenId);
  mkdirSync(options.stateFolder, { recursive: true, mode: 0o700 });
  const keys = ensureDeviceKeys(openFileKeyStore(join(options.stateFolder, "device.json")), options.random);
  const input: ExchangeInput = {
    api: {
      putExchange: (_id: string, step: never, message: unknown) => relay.write(step, message),
      findExchange: async <T>(_id: string, step: never, schema: z.ZodType<T>) => {
        const found = await relay.find(step);
        return found === undefined ? undefined : schema.parse(found);
      },
    } as unknown as ExchangeInput["api"],
    keys,
    tokenId,
    tokenHash: envelopeHash(pack.token),
    orderHash,
    caseRef,
    officerKeys: [options.officerKey],
    n: toHex(options.random(32)),
  };
  let acknowledgement: Envelope | undefined;
  return {
    keys,
    async answer(outcome = "acknowledged") {
      const challenge = await awaitChallenge(input);
      if (challenge === undefined) return false;
      const answer = {
        outcome,
        language: "en",
        copyGiven: true,
        screens: [{ id: "about", sha256: "aa".repeat(32), seconds: 12 }],
        noticeSha256: noticeText("en").sha256,
      } as const;
      const facts = {
        account: "bb".repeat(32),
        agentVersion: "0.1.0",
        buildSha256: "cc".repeat(32),
        os: "linux",
        keyStorage: "software-unprotected",
      } as const;
      acknowledgement = signAcknowledgement(
        input,
        challenge,
        { ...answer, screens: [...answer.screens] },
        facts,
        options.random,
      );
      await awaitCountersignature(input, acknowledgement);
      return true;
    },
    digits() {
      const payload = Buffer.from(acknowledgement?.payload ?? "", "base64").toString("utf8");
      return (JSON.parse(payload) as Acknowledgement).code;
    },
    findCountersigned: async () => acknowledgement && awaitCountersignature(input, acknowledgement),
  };
}
