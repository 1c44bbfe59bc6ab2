import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bridgeAddress } from "@overt/agent/bridge/address.ts";
import { buildFrameReader, encodeFrame } from "@overt/agent/bridge/frame.ts";
import { bridgeLimits } from "@overt/agent/bridge/limits.ts";
import type { ExtensionMessage } from "@overt/agent/bridge/messages.ts";
import { type Bridge, openBridge } from "@overt/agent/bridge/server.ts";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Two busy cores can take long; a pass ends it early. */
const patient = { timeout: 15_000 };

const hello: ExtensionMessage = {
  type: "hello",
  v: 1,
  browser: "chromium",
  extensionVersion: "0.1.0",
  installType: "admin",
  incognitoAllowed: false,
  pinned: true,
};
const answer: ExtensionMessage = { type: "answer", nonce: "a".repeat(32), pinned: true, windowVisible: true };
const cap = bridgeLimits.fromExtensionBytes;

let folder: string;
let path: string;
let bridge: Bridge | undefined;
let heard: [number, ExtensionMessage][];
let refused: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "overt-bridge-"));
  path = bridgeAddress(folder);
  heard = [];
  refused = [];
});
afterEach(async () => {
  await bridge?.close();
  bridge = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Bridge> {
  bridge = await openBridge({
    path,
    onMessage: (connection, message) => heard.push([connection, message]),
    onClose: () => undefined,
    onRefused: (_, reason) => refused.push(reason),
  });
  return bridge;
}

function dial(): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(path, () => done(socket));
    socket.once("error", fail);
  });
}

const ended = (socket: Socket) => new Promise<void>((done) => socket.resume().once("close", () => done()));

test.skipIf(process.platform === "win32")("only the owner reaches the socket", async () => {
  await open();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test.skipIf(process.platform === "win32")("a folder that others can enter is refused", async () => {
  mkdirSync(dirname(path), { recursive: true });
  chmodSync(dirname(path), 0o755);
  await expect(open()).rejects.toMatchObject({ code: "BAD_CONFIG" });
});

test("a second agent is refused, and the socket of one that crashed is taken over", async () => {
  await open();
  await expect(openBridge({ path, onMessage: () => undefined, onClose: () => undefined })).rejects.toMatchObject({
    code: "FILE_EXISTS",
  });
  await bridge?.close();
  writeFileSync(path, "");
  await open();
  (await dial()).destroy();
});

test("checked messages arrive in order and answers go to their connection", async () => {
  const opened = await open();
  const [one, two] = [await dial(), await dial()];
  one.write(encodeFrame(hello, cap));
  one.write(encodeFrame(answer, cap));
  await expect.poll(() => heard.length, patient).toBe(2);
  expect(heard.map(([, message]) => message)).toEqual([hello, answer]);
  const reader = buildFrameReader(bridgeLimits.toExtensionBytes);
  const received = new Promise<unknown>((done) =>
    one.on("data", (chunk) => {
      for (const body of reader.push(chunk)) done(JSON.parse(Buffer.from(body).toString()));
    }),
  );
  opened.send(heard[0]?.[0] ?? 0, { type: "challenge", nonce: "b".repeat(32) });
  expect(await received).toEqual({ type: "challenge", nonce: "b".repeat(32) });
  expect(two.bytesRead).toBe(0);
  one.destroy();
  two.destroy();
});

test.each([
  ["BAD_SCHEMA", [encodeFrame(hello, cap), encodeFrame({ type: "hello", v: 9 }, cap)]],
  ["BAD_JSON", [encodeFrame(hello, cap), Buffer.from([1, 0, 0, 0, 0x7b])]],
  ["BAD_ENCODING", [encodeFrame(hello, cap), Buffer.from([1, 0, 0, 0, 0xff])]],
  ["TOO_LARGE", [encodeFrame(hello, cap), Buffer.from([1, 0, 1, 0])]],
  ["NO_HELLO", [encodeFrame(answer, cap)]],
])("%s closes that connection and no other", async (reason, frames) => {
  const opened = await open();
  const good = await dial();
  const bad = await dial();
  const closed = ended(bad);
  bad.write(Buffer.concat(frames));
  await closed;
  expect(refused).toEqual([reason]);
  expect(opened.connections).toHaveLength(1);
  good.write(encodeFrame(hello, cap));
  await expect.poll(() => heard.at(-1)?.[0], patient).toBe(opened.connections[0]);
  good.destroy();
});

test("connections beyond the cap are turned away", async () => {
  const opened = await open();
  const sockets = await Promise.all(Array.from({ length: bridgeLimits.connections }, dial));
  await expect.poll(() => opened.connections.length, patient).toBe(bridgeLimits.connections);
  await ended(await dial());
  expect(refused).toEqual(["TOO_MANY"]);
  for (const socket of sockets) socket.destroy();
});

test("a state folder too deep for a socket address gets a short one, the same each time", () => {
  const deep = `/home/${"deep/".repeat(40)}`;
  expect(bridgeAddress(deep, "linux").length).toBeLessThanOrEqual(100);
  expect(bridgeAddress(deep, "linux")).toBe(bridgeAddress(deep, "linux"));
  expect(bridgeAddress(deep, "win32")).toMatch(/^\\\\\.\\pipe\\overt-[0-9a-f]{24}$/);
});
