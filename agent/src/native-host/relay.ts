import type { Duplex, Readable, Writable } from "node:stream";
import { buildFrameReader, encodeFrame, encodeFrameBytes } from "../bridge/frame.ts";
import { bridgeLimits } from "../bridge/limits.ts";
import type { Away } from "../bridge/messages.ts";
import { buildBackoff } from "./backoff.ts";

export interface RelayOptions {
  /** From and to the browser. */
  readonly input: Readable;
  readonly output: Writable;
  /** Starts to connect to the agent, as `node:net` does: the socket says `connect`, or `error` and `close`. */
  readonly connect: () => Duplex;
  readonly schedule: (milliseconds: number, then: () => void) => { cancel(): void };
  /** 0 up to 1. */
  readonly jitter: () => number;
}

const away: Away = { type: "away" };

/**
 * Carries messages between browser and agent until the browser closes its end. It reads none of them but one: it keeps
 * the last `hello`, because an agent that starts later must be greeted too. Whatever else arrives while no agent
 * answers is dropped, so that nothing seen without an agent is reported afterwards. A message that is too long ends it.
 */
export function relay(options: RelayOptions): Promise<void> {
  const fromBrowser = buildFrameReader(bridgeLimits.fromExtensionBytes);
  const backoff = buildBackoff(options.jitter);
  let hello: Uint8Array | undefined;
  let agent: Duplex | undefined;
  let retry: { cancel(): void } | undefined;
  let ended = false;

  return new Promise((done) => {
    function end(): void {
      if (ended) return;
      ended = true;
      retry?.cancel();
      agent?.destroy();
      done();
    }

    function dial(): void {
      const socket = options.connect();
      const fromAgent = buildFrameReader(bridgeLimits.toExtensionBytes);
      socket.once("connect", () => {
        agent = socket;
        backoff.reset();
        if (hello) socket.write(encodeFrameBytes(hello, bridgeLimits.fromExtensionBytes));
      });
      socket.on("data", (chunk: Uint8Array) => {
        try {
          for (const body of fromAgent.push(chunk)) {
            options.output.write(encodeFrameBytes(body, bridgeLimits.toExtensionBytes));
          }
        } catch {
          socket.destroy();
        }
      });
      socket.on("error", () => socket.destroy());
      socket.once("close", () => {
        agent = undefined;
        if (ended) return;
        options.output.write(encodeFrame(away, bridgeLimits.toExtensionBytes));
        retry = options.schedule(backoff.next(), dial);
      });
    }

    options.input.on("data", (chunk: Uint8Array) => {
      try {
        for (const body of fromBrowser.push(chunk)) {
          if (isHello(body)) hello = body;
          agent?.write(encodeFrameBytes(body, bridgeLimits.fromExtensionBytes));
        }
      } catch {
        end();
      }
    });
    options.input.once("end", end);
    options.input.once("error", end);
    options.output.once("error", end);
    dial();
  });
}

function isHello(body: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof value === "object" && value !== null && "type" in value && value.type === "hello";
  } catch {
    return false;
  }
}
