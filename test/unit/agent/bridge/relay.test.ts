import { Duplex, PassThrough } from "node:stream";
import { buildFrameReader, encodeFrame } from "@overt/agent/bridge/frame.ts";
import { bridgeLimits } from "@overt/agent/bridge/limits.ts";
import { buildBackoff } from "@overt/agent/native-host/backoff.ts";
import { findHostArguments } from "@overt/agent/native-host/caller.ts";
import { relay } from "@overt/agent/native-host/relay.ts";
import { describe, expect, test } from "vitest";

const cap = bridgeLimits.fromExtensionBytes;
const settle = () => new Promise<void>((done) => setImmediate(() => setImmediate(done)));

/** A browser on one side and an agent on the other that answers or not. */
function stage() {
  const input = new PassThrough();
  const output = new PassThrough();
  const agents: { socket: Duplex; heard: unknown[] }[] = [];
  const retries: (() => void)[] = [];
  const toBrowser: unknown[] = [];
  const reader = buildFrameReader(bridgeLimits.toExtensionBytes);
  output.on("data", (chunk: Uint8Array) => {
    for (const body of reader.push(chunk)) toBrowser.push(JSON.parse(Buffer.from(body).toString()));
  });
  const done = relay({
    input,
    output,
    connect() {
      const heard: unknown[] = [];
      const fromHost = buildFrameReader(cap);
      const socket = new Duplex({
        read: () => undefined,
        write(chunk, _, next) {
          for (const body of fromHost.push(chunk)) heard.push(JSON.parse(Buffer.from(body).toString()));
          next();
        },
      });
      agents.push({ socket, heard });
      return socket;
    },
    schedule(_, then) {
      retries.push(then);
      return { cancel: () => void retries.splice(retries.indexOf(then), 1) };
    },
    jitter: () => 0,
  });
  const say = (value: unknown) => input.write(encodeFrame(value, cap));
  return { input, agents, retries, toBrowser, done, say };
}

describe("the native host", () => {
  test("carries messages both ways", async () => {
    const { agents, toBrowser, say } = stage();
    agents[0]?.socket.emit("connect");
    say({ type: "hello" });
    agents[0]?.socket.push(encodeFrame({ type: "status" }, cap));
    await settle();
    expect(agents[0]?.heard).toEqual([{ type: "hello" }]);
    expect(toBrowser).toEqual([{ type: "status" }]);
  });

  test("says away where no agent answers, and greets the one that starts later with nothing but the greeting", async () => {
    const { agents, retries, toBrowser, say } = stage();
    say({ type: "hello", first: true });
    say({ type: "navigation" });
    agents[0]?.socket.destroy();
    await settle();
    expect(toBrowser).toEqual([{ type: "away" }]);
    retries[0]?.();
    agents[1]?.socket.emit("connect");
    await settle();
    expect(agents[1]?.heard).toEqual([{ type: "hello", first: true }]);
  });

  test("an agent that goes away is looked for again", async () => {
    const { agents, retries, toBrowser } = stage();
    agents[0]?.socket.emit("connect");
    agents[0]?.socket.destroy();
    await settle();
    expect(toBrowser).toEqual([{ type: "away" }]);
    expect(retries).toHaveLength(1);
  });

  test("ends with the browser, connected or waiting to retry", async () => {
    const connected = stage();
    connected.agents[0]?.socket.emit("connect");
    connected.input.end();
    await connected.done;
    expect(connected.agents[0]?.socket.destroyed).toBe(true);
    const waiting = stage();
    waiting.agents[0]?.socket.destroy();
    await settle();
    waiting.input.end();
    await waiting.done;
    expect(waiting.retries).toEqual([]);
  });

  test("ends at a message from the browser that is too long", async () => {
    const { input, done } = stage();
    input.write(Buffer.from([1, 0, 1, 0]));
    await done;
  });
});

test("the wait between tries doubles up to five seconds and starts over after a success", () => {
  const backoff = buildBackoff(() => 0);
  expect(Array.from({ length: 7 }, backoff.next)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

describe("only the named caller starts the host", () => {
  const own = [
    "--bridge",
    "/run/a.sock",
    "--caller",
    "chrome-extension://abc/",
    "--caller",
    "monitor@overt.invalid",
    "--",
  ];
  test.each([
    ["Chromium", ["chrome-extension://abc/"]],
    ["Chromium on Windows", ["chrome-extension://abc/", "--parent-window=0"]],
    ["Firefox", ["/path/to/manifest.json", "monitor@overt.invalid"]],
  ])("%s", (_, added) => {
    expect(findHostArguments([...own, ...added])).toEqual({ address: "/run/a.sock" });
  });
  test.each([
    ["another extension", [...own, "chrome-extension://other/"]],
    ["another add-on", [...own, "/path/to/manifest.json", "other@site.invalid"]],
    ["nobody", own],
    ["a caller smuggled in by the browser's side", [...own, "x", "y", "--caller", "chrome-extension://other/"]],
    ["no address", ["--caller", "chrome-extension://abc/", "--", "chrome-extension://abc/"]],
    ["no arguments", []],
  ])("%s is refused", (_, args) => {
    expect(findHostArguments(args)).toBeUndefined();
  });
});
