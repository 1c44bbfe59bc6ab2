import type { ServerResponse } from "node:http";
import { buildDeviceApi } from "@overt/agent/core/device-api.ts";
import { buildUplink, type Uplink } from "@overt/agent/core/uplink.ts";
import type { RunningAgent } from "@overt/agent/main.ts";
import { openHttpTransport } from "@overt/agent/platform/transport/http.ts";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { parseHex, toBase64, toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { signingKeyFromSeed } from "@overt/shared/crypto/ed25519.ts";
import { envelopeHash, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { sealLevel } from "@overt/shared/crypto/seal.ts";
import { TransportError } from "@overt/shared/errors.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { random, requireWholeChain, scratchFolder } from "../support/agent-journal.ts";
import { openDevice, openTestAgency, startedAt } from "../support/agent-session.ts";
import { connectBrowser, enrol, eventually, openWorld, type World, wall } from "../support/agent-world.ts";
import { openFakeIngest, problem, readPayload } from "../support/fake-ingest.ts";
import type { SimulatedBrowser } from "../support/simulated-browser.ts";

const listed = `http://${practiceHosts.listed}/`;
async function atWork(): Promise<{ world: World; running: RunningAgent; browser: SimulatedBrowser }> {
  const world = await openWorld();
  const running = await world.start();
  await enrol(world, running);
  const browser = await connectBrowser(world, running);
  return { world, running, browser };
}
const kinds = (world: World) => world.ingest.taken.map((one) => readPayload(one.envelope).kind as string);
const matchesAt = (world: World) => kinds(world).filter((kind) => kind === "match").length;
const requireServedChain = (world: World) => {
  const ack = world.ingest.enrolled[0]?.acknowledgement;
  if (ack === undefined) throw new Error("nothing is enrolled");
  requireWholeChain(world.ingest.taken, envelopeHash(ack));
};
const away = (_: unknown, response: ServerResponse) => {
  response.destroy();
  return true;
};

/** As the agent's own loop: a connection that breaks is tried again, a few times without anything getting through. */
async function deliverAll(uplink: Uplink): Promise<void> {
  for (let broken = 0; broken < 5; ) {
    try {
      if ((await uplink.deliver()) !== "more") return;
      broken = 0;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      broken++;
    }
  }
  throw new Error("the server stayed away");
}

describe("delivery", () => {
  test("a thousand events made with the server away all arrive once, in order", async () => {
    const world = await openTestAgency(scratchFolder());
    const ingest = await openFakeIngest(world.agency, () => startedAt);
    onTestFinished(() => ingest.close());
    const device = openDevice(world);
    ingest.enrolled.push({ acknowledgement: device.acknowledgement });
    const transport = openHttpTransport({ serverUrl: ingest.url, fetch, timeoutMs: 20_000 });
    const { session, journal } = device;
    const now = session.time.now;
    const api = buildDeviceApi({ transport, deviceId: session.deviceId, signingKey: device.signingKey, random, now });
    const servers = () => session.agencyKeys().servers;
    const uplink = buildUplink({ journal, api, time: session.time, deviceId: session.deviceId, servers });
    ingest.fault = away;
    for (let i = 0; i < 1_000; i++) session.monitor.writeHeartbeat();
    await expect(uplink.deliver()).rejects.toMatchObject({ code: "UNREACHABLE" });
    ingest.fault = undefined;
    await deliverAll(uplink);
    expect(ingest.taken).toHaveLength(1_001);
    requireWholeChain(ingest.taken, envelopeHash(device.acknowledgement));
    expect(journal.size().waiting).toBe(0);
  }, 120_000);

  test("events made before a restart without the server arrive once, in order, with their seals", async () => {
    const { world, running, browser } = await atWork();
    await eventually(() => running.source.status().waiting === 0);
    world.ingest.fault = away;
    for (let i = 0; i < 20; i++) browser.visit(`${listed}?n=${i}`, "user-navigation", i);
    await running.source.submitStatement({ kind: "explain", about: undefined, text: "It was my sister." });
    await eventually(() => running.source.status().waiting >= 21);
    await running.close();
    world.ingest.fault = undefined;
    const again = await world.start();
    await eventually(() => again.source.status().ruleSet !== undefined && again.source.status().waiting === 0, 40);
    requireServedChain(world);
    expect([matchesAt(world), kinds(world).filter((kind) => kind === "explain").length]).toEqual([20, 1]);
    await eventually(() => world.ingest.blobs.size === 41, 40);
    expect(world.ingest.wire().includes("my sister")).toBe(false);
  });

  test("a busy server is left alone for as long as it asks", async () => {
    const { world, running, browser } = await atWork();
    await eventually(() => running.source.status().waiting === 0);
    let asked = 0;
    world.ingest.fault = (request, response) => {
      if (request.url !== "/v1/events") return false;
      asked++;
      problem(response, 503, "OVERLOADED", { "retry-after": "3600" });
      return true;
    };
    browser.visit(listed);
    await eventually(() => asked > 0 && running.source.status().waiting > 0);
    browser.visit(`${listed}?again`);
    await eventually(() => running.source.status().waiting > 1);
    await eventually(() => running.source.status().reasons.includes("server-away"));
    expect(asked).toBe(1);
  });

  test("answers that do not fit are not believed: another key, another record, too few, too long", async () => {
    const { world, running, browser } = await atWork();
    await eventually(() => running.source.status().waiting === 0);
    const forger = signingKeyFromSeed(random(32));
    const resigned =
      (change: object, key = world.agency.keys.signing("server-receipt")) =>
      (answer: { results: unknown[] }) => ({
        ...answer,
        results: answer.results.map((result) => {
          const { receipt } = result as { receipt: Parameters<typeof readPayload>[0] };
          return {
            status: 201,
            receipt: signEnvelope(payloadTypes.receipt, { ...readPayload(receipt), ...change }, [key]),
          };
        }),
      });
    const bends = [
      resigned({}, forger),
      resigned({ eventHash: "00".repeat(32) }),
      resigned({ deviceId: "00".repeat(16) }),
      resigned({ seq: 999_999 }),
      (answer: object) => ({ ...answer, results: [] }),
      (answer: { results: unknown[] }) => ({ ...answer, results: [...answer.results, ...answer.results] }),
      (answer: object) => ({ ...answer, extra: true }),
      (answer: object) => ({ ...answer, padding: "x".repeat(3_000_000) }),
      (answer: { results: unknown[] }) => ({ ...answer, results: answer.results.map(() => ({ status: 201 })) }),
    ];
    for (const [i, bend] of bends.entries()) {
      let bent = false;
      world.ingest.bend = (answer) => {
        bent = true;
        return bend(answer);
      };
      browser.visit(`${listed}?${i}`);
      await eventually(() => bent);
      await eventually(() => running.source.status().waiting > i);
    }
    expect(running.source.records(undefined, 1)[0]?.receipt).toBeUndefined();
    world.ingest.bend = undefined;
    browser.visit(`${listed}?genuine`);
    await eventually(() => running.source.status().waiting === 0);
    expect(running.source.records(undefined, 1)[0]?.receipt).toBeDefined();
    requireServedChain(world);
  }, 120_000);

  test("what a set-back server forgot is sent again", async () => {
    const { world, running, browser } = await atWork();
    browser.visit(listed);
    await eventually(() => running.source.status().waiting === 0 && matchesAt(world) === 1);
    const before = world.ingest.taken.map((one) => one.hash);
    world.ingest.forgetAfter(0);
    // The next record does not follow what the server still has; its answer says how far it got.
    browser.visit(`${listed}?again`);
    await eventually(() => before.every((hash) => world.ingest.taken.some((one) => one.hash === hash)), 60);
    await eventually(() => running.source.status().waiting === 0);
    requireServedChain(world);
  });

  test("a redirect is not followed", async () => {
    const { world, running, browser } = await atWork();
    await eventually(() => running.source.status().waiting === 0);
    let elsewhere = 0;
    world.ingest.fault = (request, response) => {
      if (request.url === "/elsewhere") elsewhere++;
      response.writeHead(307, { location: `${world.ingest.url}/elsewhere` }).end();
      return true;
    };
    browser.visit(listed);
    await eventually(() => running.source.status().reasons.includes("server-away"));
    expect(elsewhere).toBe(0);
    expect(running.source.status().waiting).toBeGreaterThan(0);
  });

  test("a copy of the device shows as a fork, and its chain stops there", async () => {
    const { world, running, browser } = await atWork();
    await eventually(() => running.source.status().waiting === 0);
    world.ingest.bend = (answer) => ({ ...answer, results: answer.results.map(() => ({ status: 409, code: "FORK" })) });
    browser.visit(listed);
    await eventually(() => running.source.status().state === "problem");
    world.ingest.bend = undefined;
    const asked = world.ingest.requests.filter((line) => line === "POST /v1/events").length;
    browser.visit(`${listed}?again`);
    await eventually(() => running.source.status().waiting >= 2);
    expect(world.ingest.requests.filter((line) => line === "POST /v1/events").length).toBe(asked);
  });
});

describe("what comes back", () => {
  test("views and decisions are shown when the console's key signed them, with the words for the person", async () => {
    const { world, running, browser } = await atWork();
    browser.visit(listed);
    await eventually(() => running.source.status().waiting === 0 && matchesAt(world) === 1);
    const match = world.ingest.taken.find((one) => readPayload(one.envelope).kind === "match");
    const about = match?.hash ?? "";
    const { deviceBoxKey } = readPayload(
      (world.ingest.enrolled[0] as { acknowledgement: Parameters<typeof readPayload>[0] }).acknowledgement,
    );
    const told = sealLevel({
      plaintext: canonicalBytes({ v: 1, text: "This visit was allowed." }),
      recipients: [parseHex(deviceBoxKey)],
      random,
    });
    const salt = toHex(random(16));
    const decision = {
      v: 1,
      decisionId: toHex(random(16)),
      about: [about],
      outcome: "match-but-permitted",
      reasonCode: "allowed-by-officer",
      role: "reviewer",
      told: { commitment: told.commitment, ciphertextSha256: told.ciphertextSha256 },
      attested: "session",
      at: wall(),
      salt,
    };
    const view = { v: 1, about, role: "reviewer", level: 1, at: wall(), salt };
    const console = world.agency.keys.signing("server-console");
    const forger = signingKeyFromSeed(random(32));
    const items = [
      { kind: "view", cursor: 1, view: signEnvelope(payloadTypes.view, view, [console]) },
      { kind: "view", cursor: 2, view: signEnvelope(payloadTypes.view, { ...view, level: 2 }, [forger]) },
      {
        kind: "decision",
        cursor: 3,
        decision: signEnvelope(payloadTypes.decision, decision, [console]),
        toldBlob: toBase64(told.blob),
      },
      {
        kind: "decision",
        cursor: 4,
        decision: signEnvelope(payloadTypes.decision, { ...decision, outcome: "possible-breach" }, [console]),
        toldBlob: toBase64(random(100)),
      },
    ];
    world.ingest.feed = items;
    const record = await eventually(() => {
      const found = running.source.records(undefined, 50).find((one) => one.hash === about);
      return found && found.decisions.length > 0 ? found : undefined;
    });
    expect(record.views).toEqual([{ role: "reviewer", level: 1, at: view.at }]);
    expect(record.decisions).toEqual([
      {
        outcome: "match-but-permitted",
        role: "reviewer",
        at: decision.at,
        told: "This visit was allowed.",
        attested: "session",
      },
    ]);
  });
});
