import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { buildDevice, heartbeat } from "../support/device.ts";
import { type IngestProcess, newDataFolder, startIngestProcess } from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";

const now = () => Math.floor(Date.now() / 1000);
let shared: SharedAgency;
beforeAll(async () => {
  shared = await foundAgency();
});

function newDevice() {
  const pack = shared.agency.makePack("http://127.0.0.1:8801");
  return buildDevice({ pack, officer: shared.agency.keys.signing("officer-1"), random, now });
}

async function enrolOn({ url }: IngestProcess) {
  const device = newDevice();
  const answer = await fetch(`${url}/v1/enrolments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(device.enrolment),
  });
  expect(answer.status).toBe(201);
  return device;
}

describe("the copy of the newest checkpoint", () => {
  /** A folder in which ingest ran and ended in order. */
  async function used(env: Record<string, string> = {}): Promise<string> {
    const data = newDataFolder(shared.folder);
    const server = await startIngestProcess({ agency: shared.agency, data, env });
    await enrolOn(server);
    expect(await server.kill("SIGTERM")).toBe(0);
    return data;
  }
  const start = (data: string, env: Record<string, string> = {}) =>
    startIngestProcess({ agency: shared.agency, data, env });

  test("is missed: nothing is signed until it is back", async () => {
    const data = await used();
    const copy = join(data, "log-checkpoint");
    const note = readFileSync(copy);
    rmSync(copy);
    await expect(start(data)).rejects.toThrow(/log-checkpoint.* is missing\. Nothing is signed .*put the file back/);
    writeFileSync(copy, note);
    expect(await (await start(data)).kill("SIGTERM")).toBe(0);
  });

  test("is torn: nothing is signed", async () => {
    const data = await used();
    const copy = join(data, "log-checkpoint");
    const note = readFileSync(copy);
    const flipped = Buffer.from(note);
    flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
    for (const torn of [Buffer.alloc(0), note.subarray(0, -20), flipped]) {
      writeFileSync(copy, torn);
      await expect(start(data)).rejects.toThrow("is no checkpoint of this log: it is torn or another log's");
    }
  });

  test("on another disk notices a whole folder that was set back", async () => {
    const elsewhere = join(newDataFolder(shared.folder), "checkpoint");
    const data = await used({ OVERT_CHECKPOINT: elsewhere });
    const file = join(data, "ingest.sqlite");
    copyFileSync(file, `${file}.backup`);
    const server = await start(data, { OVERT_CHECKPOINT: elsewhere });
    await enrolOn(server);
    expect(await server.kill("SIGTERM")).toBe(0);
    rmSync(file);
    copyFileSync(`${file}.backup`, file);
    await expect(start(data, { OVERT_CHECKPOINT: elsewhere })).rejects.toThrow("the database was set back or changed");
  });
});

describe("a stop", () => {
  /** A request in two halves over its own connection, as from a slow device. */
  async function half(url: string, path: string, body: string): Promise<{ socket: Socket; finish(): Promise<string> }> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    socket.write(head + body.slice(0, 100));
    let said = "";
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    return {
      socket,
      async finish() {
        socket.write(body.slice(100));
        await once(socket, "close");
        return said;
      },
    };
  }

  test("finishes what was begun, takes nothing new, and ends in order", async () => {
    const data = newDataFolder(shared.folder);
    const server = await startIngestProcess({ agency: shared.agency, data });
    const device = await enrolOn(server);
    const records = [device.add(heartbeat), device.add(heartbeat)];
    const body = JSON.stringify({ v: 1, envelopes: records.map(({ envelope }) => envelope) });
    const begun = await half(server.url, "/v1/events", body);
    // An answer on another connection: the server has read the first half by now.
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const ended = server.kill("SIGTERM");
    await refused(server.url);
    const answer = await begun.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const { results } = EventsAnswer.parse(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)));
    expect(results.map(({ status }) => status)).toEqual([201, 201]);
    expect(await ended).toBe(0);

    const again = await startIngestProcess({ agency: shared.agency, data });
    const sent = await fetch(`${again.url}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const held = EventsAnswer.parse(await sent.json());
    expect(held.results.map(({ receipt }) => receipt)).toEqual(results.map(({ receipt }) => receipt));
    await again.kill("SIGTERM");
  });

  /** Resolves once the address takes no more. */
  async function refused(url: string): Promise<void> {
    for (;;) {
      const answer = await fetch(`${url}/healthz`).catch(() => undefined);
      if (answer === undefined || answer.status === 503) return;
    }
  }
});
