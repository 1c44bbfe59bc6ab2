import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type RunningAgent, startAgent } from "@overt/agent/main.ts";
import { openPracticeAgency, type PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { parseHex, toBase32, toHex } from "@overt/shared/bytes.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { random, scratchFolder } from "../support/agent-journal.ts";
import { answerYes, enrol, eventually, openWorld, silentNotice, type World, wall } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";
import { openSimulatedBrowser } from "../support/simulated-browser.ts";
import { makeTufAgency } from "../support/tuf-agency.ts";

type Change = (pack: EnrolmentPack, world: World) => EnrolmentPack;
const resign = (
  world: World,
  envelope: Envelope,
  type: "order" | "enrolmentToken" | "orderStatus",
  change: object,
  signers: readonly string[],
) =>
  signEnvelope(
    payloadTypes[type],
    { ...readPayload(envelope), ...change },
    signers.map((name) => world.agency.keys.signing(name)),
  );
const token = (world: World, pack: EnrolmentPack, change: object) =>
  resign(world, pack.token, "enrolmentToken", change, ["officer-1"]);
const order = (world: World, pack: EnrolmentPack, change: object, signers = ["order-signer-1", "order-signer-2"]) =>
  resign(world, pack.order, "order", change, signers);
/** A pack whose order was changed and properly signed again, with token and status to match. */
const withOrder =
  (change: object, tokenChange: object = {}): Change =>
  (pack, world) => {
    const changed = order(world, pack, change);
    const { orderId, version } = readPayload(changed);
    return {
      ...pack,
      order: changed,
      token: token(world, pack, { orderHash: envelopeHash(changed), ...tokenChange }),
      orderStatus: resign(world, pack.orderStatus, "orderStatus", { orderId, version }, ["order-signer-1"]),
    };
  };

let other: PracticeAgency | undefined;
/** An agency of the same make with keys of its own. */
function otherAgency(): PracticeAgency {
  other ??= openPracticeAgency({ folder: scratchFolder(), now: wall(), random });
  return other;
}

async function refusal(world: World, running: RunningAgent, pack: unknown): Promise<string> {
  const error = await running.source.enrolment
    .bring({ pack: typeof pack === "string" ? pack : JSON.stringify(pack) })
    .then(
      () => undefined,
      (failure: unknown) => failure as { code: string; message: string },
    );
  expect(running.source.enrolment.view()).toMatchObject({ step: "refused", code: error?.code });
  await expect(running.source.enrolment.answer(answerYes)).rejects.toMatchObject({ code: "BAD_FORM" });
  await browseInFull(world, running);
  expect(running.source.status().state).toBe("not-enrolled");
  expect(world.ingest.enrolled).toEqual([]);
  expect(existsSync(join(world.stateFolder, "journal"))).toBe(false);
  expect(existsSync(join(world.stateFolder, "keys"))).toBe(false);
  return error?.code ?? "";
}

/** Everything that capture needs of a browser: badge and notice in view, and visits that were heard to the last. */
async function browseInFull(world: World, running: RunningAgent): Promise<void> {
  const browser = await openSimulatedBrowser(world.stateFolder);
  await eventually(() => running.permits.current("browser") !== undefined);
  running.permits.answer("page", { challenge: running.permits.challenge("page"), inView: true });
  for (let i = 0; i < 5; i++) browser.visit(`http://lantern-chat.practice.example/?${i}`, "user-navigation", i);
  const heard = browser.messages.filter((message) => message.type === "challenge").length;
  // Messages keep their order: a second greeting is answered after the visits were looked at.
  browser.greet();
  await eventually(() => browser.messages.filter((message) => message.type === "challenge").length > heard);
  browser.close();
}

describe("a stalker's documents are refused with a plain message, and nothing is captured", () => {
  const now = wall();
  const rows: Record<string, { code: string; change: Change }> = {
    "a root that this program does not know": {
      code: "UNKNOWN_ISSUER",
      change: (pack, world) => {
        const own = makeTufAgency({ practice: false, now });
        onTestFinished(own.close);
        world.ingest.published = own.published;
        return { ...pack, token: token(world, pack, { tufRootSha256: own.rootSha256 }) };
      },
    },
    "a practice root with another address": {
      code: "PRACTICE_NOT_LOOPBACK",
      change: (pack, world) => {
        world.alias = "https://agency.example";
        return { ...pack, token: token(world, pack, { serverUrl: "https://agency.example" }) };
      },
    },
    "an order for another case": { code: "WRONG_CASE", change: withOrder({ caseRef: "PRACTICE-002" }) },
    "another order than the token names": {
      code: "WRONG_ORDER",
      change: (pack, world) => ({ ...pack, order: order(world, pack, { heartbeatSeconds: 301 }) }),
    },
    "an order that has ended": { code: "ORDER_ENDED", change: withOrder({ notBefore: now - 100, notAfter: now - 1 }) },
    "an order that has not begun": { code: "ORDER_NOT_STARTED", change: withOrder({ notBefore: now + 100 }) },
    "a revoked order": {
      code: "ORDER_REVOKED",
      change: (pack, world) => ({
        ...pack,
        orderStatus: resign(world, pack.orderStatus, "orderStatus", { state: "revoked" }, ["order-signer-1"]),
      }),
    },
    "an order that too few signed": {
      code: "THRESHOLD",
      change: (pack, world) => ({ ...pack, order: order(world, pack, {}, ["order-signer-1"]) }),
    },
    "a forged order": {
      code: "BAD_SIGNATURE",
      change: (pack) => {
        const forger = [signingKeyFromSeed(random(32)), signingKeyFromSeed(random(32))];
        return { ...pack, order: signEnvelope(payloadTypes.order, readPayload(pack.order), forger) };
      },
    },
    "a token signed by nobody known": {
      code: "BAD_SIGNATURE",
      change: (pack) => ({
        ...pack,
        token: signEnvelope(payloadTypes.enrolmentToken, readPayload(pack.token), [signingKeyFromSeed(random(32))]),
      }),
    },
    "an officer nobody knows": {
      code: "UNKNOWN_SIGNER",
      change: (pack, world) => ({ ...pack, token: token(world, pack, { officerId: "officer-9" }) }),
    },
    "documents of another agency": {
      code: "BAD_SIGNATURE",
      change: (pack, world) => {
        return { ...otherAgency().makePack(world.ingest.url), token: token(world, pack, {}) };
      },
    },
    "a token of another agency": {
      code: "BAD_SIGNATURE",
      change: (pack) => {
        const officer = otherAgency().keys.signing("officer-1");
        return { ...pack, token: signEnvelope(payloadTypes.enrolmentToken, readPayload(pack.token), [officer]) };
      },
    },
    "an order that names another agency": { code: "WRONG_AGENCY", change: withOrder({ agency: "other-agency" }) },
    "an order under another notice than this program shows": {
      code: "WRONG_NOTICE",
      change: withOrder({ notices: [{ language: "en", sha256: "ab".repeat(32) }] }),
    },
    "a token that is not valid yet": {
      code: "TOKEN_NOT_STARTED",
      change: (pack, world) => ({
        ...pack,
        token: token(world, pack, { notBefore: now + 600, notAfter: now + 3_600 }),
      }),
    },
    "a confirmation that nobody who may has signed": {
      code: "BAD_SIGNATURE",
      change: (pack, world) => ({
        ...pack,
        orderStatus: resign(world, pack.orderStatus, "orderStatus", {}, ["officer-1"]),
      }),
    },
    "a token from last week": {
      code: "TOKEN_EXPIRED",
      change: (pack, world) => ({ ...pack, token: token(world, pack, { notBefore: now - 3_700, notAfter: now - 60 }) }),
    },
  };
  for (const [name, { code, change }] of Object.entries(rows)) {
    test(name, async () => {
      const world = await openWorld();
      const running = await world.start();
      expect(await refusal(world, running, change(world.ingest.pack, world))).toBe(code);
    });
  }
  test("a token that enrolled another device", async () => {
    const world = await openWorld();
    await enrol(world, await world.start());
    const second = { ...world, stateFolder: join(world.folder, "second") };
    const running = await startAgent({
      stateFolder: second.stateFolder,
      openNotice: silentNotice,
      onFault: (error) => console.error(error),
    });
    onTestFinished(() => running.close());
    await running.source.enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
    await running.source.enrolment.answer(answerYes);
    await eventually(() => running.source.enrolment.view().step === "refused");
    expect(running.source.enrolment.view()).toMatchObject({ code: "FORK" });
    await browseInFull(second, running);
    expect(new Set(world.ingest.enrolled.map((one) => envelopeHash(one.acknowledgement))).size).toBe(1);
    expect(existsSync(join(second.stateFolder, "journal"))).toBe(false);
  });

  test("a second token on a device that is enrolled: the first enrolment stays as it was", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    const before = running.source.order()?.orderHash;
    const pack = JSON.stringify(
      withOrder({ caseRef: "PRACTICE-002" }, { caseRef: "PRACTICE-002" })(world.ingest.pack, world),
    );
    await expect(running.source.enrolment.bring({ pack })).rejects.toMatchObject({ code: "TOKEN_USED" });
    expect(running.source.enrolment.view().step).toBe("done");
    expect(running.source.order()?.orderHash).toBe(before);
  });

  test("a file that is no enrolment file", async () => {
    const world = await openWorld();
    expect(await refusal(world, await world.start(), "hello")).toBe("BAD_JSON");
  });
});

describe("the enrolment", () => {
  test("a typed host and code fetch the pack; a server cannot hand out another token", async () => {
    const world = await openWorld();
    const running = await world.start();
    const code = toBase32(parseHex(envelopeHash(world.ingest.pack.token)))
      .slice(0, 26)
      .toUpperCase();
    const spaced = code.replace(/(.{4})/g, "$1 ");
    const genuine = world.ingest.pack;
    world.ingest.fault = (request, response) => {
      if (!request.url?.startsWith("/v1/tokens/")) return false;
      response.end(JSON.stringify({ ...genuine, token: token(world, genuine, { tokenId: toHex(random(16)) }) }));
      return true;
    };
    const host = world.ingest.url.replace("http://", "");
    await expect(running.source.enrolment.bring({ host, code: spaced })).rejects.toMatchObject({
      code: "HASH_MISMATCH",
    });
    world.ingest.fault = undefined;
    await running.source.enrolment.bring({ host, code: spaced });
    expect(running.source.enrolment.view()).toMatchObject({ step: "read", practice: true, caseRef: "PRACTICE-001" });
  });

  test("goes on after a restart at every step, with the same keys and digits", async () => {
    const world = await openWorld();
    let running = await world.start();
    const restart = async () => {
      await running.close();
      running = await world.start();
    };
    await running.source.enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
    await restart();
    expect(running.source.enrolment.view().step).toBe("read");
    await running.source.enrolment.answer(answerYes);
    await restart();
    await eventually(() => world.ingest.requests.some((line) => line.endsWith("/commitment")));
    world.ingest.officerStep();
    const view = await eventually(() => {
      const now = running.source.enrolment.view();
      return now.step === "compare" ? now : undefined;
    });
    await restart();
    expect(running.source.enrolment.view()).toEqual(view);
    const code = await eventually(() => world.ingest.officerStep());
    expect(view).toMatchObject({ code });
    await eventually(() => running.source.enrolment.view().step === "done");
    await restart();
    await eventually(() => world.ingest.enrolled.length > 0 && running.source.status().deviceId !== undefined);
    expect(new Set(world.ingest.enrolled.map((one) => envelopeHash(one.acknowledgement))).size).toBe(1);
  });

  test("a refusal is signed and countersigned, its keys go, and the monitor never starts", async () => {
    const world = await openWorld();
    const running = await world.start();
    await running.source.enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
    await running.source.enrolment.answer({ ...answerYes, outcome: "declined" });
    expect(running.source.enrolment.view().step).toBe("declined");
    await eventually(() => {
      world.ingest.officerStep();
      return world.ingest.enrolled.length > 0;
    });
    expect(readPayload((world.ingest.enrolled[0] as { acknowledgement: Envelope }).acknowledgement).outcome).toBe(
      "declined",
    );
    await eventually(() => !existsSync(join(world.stateFolder, "keys", "device.json")));
    const browser = await openSimulatedBrowser(world.stateFolder);
    browser.visit("http://lantern-chat.practice.example/");
    await eventually(() => browser.messages.some((message) => message.type === "status" && message.state === "ended"));
    browser.close();
    expect(existsSync(join(world.stateFolder, "journal"))).toBe(false);
    expect(world.ingest.taken).toEqual([]);
  });

  test("nothing is captured before the countersignature, nor with one over other bytes", async () => {
    const world = await openWorld();
    const running = await world.start();
    const browser = await openSimulatedBrowser(world.stateFolder);
    await running.source.enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
    await running.source.enrolment.answer(answerYes);
    await eventually(() => {
      world.ingest.officerStep((acknowledgement) =>
        signEnvelope(payloadTypes.acknowledgement, { ...readPayload(acknowledgement), copyGiven: false }, [
          signingKeyFromSeed(random(32)),
        ]),
      );
      browser.visit("http://lantern-chat.practice.example/");
      return running.source.enrolment.view().step === "refused";
    });
    browser.close();
    expect(existsSync(join(world.stateFolder, "journal"))).toBe(false);
  });

  test("a notice that the order does not name cannot be answered", async () => {
    const world = await openWorld();
    const running = await world.start();
    await running.source.enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
    await expect(
      running.source.enrolment.answer({ ...answerYes, noticeSha256: "ab".repeat(32) }),
    ).rejects.toMatchObject({ code: "BAD_FORM" });
  });
});

describe("the end", () => {
  test("removal writes and delivers a dated end, takes the keys and leaves a proof", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    await running.remove();
    const last = world.ingest.taken.at(-1)?.envelope as Envelope;
    expect(readPayload(last)).toMatchObject({ kind: "end", reason: "removed" });
    expect(existsSync(join(world.stateFolder, "keys", "device.json"))).toBe(false);
    expect(readdirSync(join(world.stateFolder, "documents"))).toContain("proof-of-end.json");
    const again = await world.start();
    expect(again.source.status()).toMatchObject({ state: "ended", reasons: ["removed"] });
  });

  test("removal works with the server away", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    await world.ingest.close();
    await running.remove();
    expect(existsSync(join(world.stateFolder, "keys", "device.json"))).toBe(false);
    expect(readdirSync(join(world.stateFolder, "documents"))).toContain("proof-of-end.json");
  });

  test("a stop is dated, and the next start goes on", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    await running.stop();
    expect(readPayload(world.ingest.taken.at(-1)?.envelope as Envelope)).toMatchObject({
      kind: "pause",
      reason: "stopped-by-person",
    });
    const again = await world.start();
    await eventually(() => readPayload(world.ingest.taken.at(-1)?.envelope as Envelope).kind === "start");
    expect(again.source.status().state).not.toBe("ended");
  });

  test("a revocation ends it with a signed end", async () => {
    const world = await openWorld();
    let running = await world.start();
    await enrol(world, running);
    const orderStatus = resign(world, world.agency.orderStatus, "orderStatus", { state: "revoked", issuedAt: wall() }, [
      "order-signer-1",
    ]);
    world.ingest.orderPair = { order: world.agency.order, orderStatus };
    await running.close();
    running = await world.start();
    await eventually(() => running.source.status().state === "ended");
    // The end is written at once and delivered a moment later.
    await eventually(() => world.ingest.taken.some((one) => readPayload(one.envelope).reason === "order-revoked"));
    await eventually(() => !existsSync(join(world.stateFolder, "keys", "device.json")));
  });
});
