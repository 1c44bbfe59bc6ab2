import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDeviceKeys, findDeviceKeys } from "@overt/agent/core/device-keys.ts";
import { askAgent, openControlChannel } from "@overt/agent/platform/control/channel.ts";
import { openFileDocuments } from "@overt/agent/platform/documents/file-documents.ts";
import { openFileKeyStore } from "@overt/agent/platform/keys/file-key-store.ts";
import { defaultStateFolder } from "@overt/agent/platform/state-folder.ts";
import { openHttpTransport, requireSafeOrigin } from "@overt/agent/platform/transport/http.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { random, scratchFolder } from "../../../support/agent-journal.ts";

describe("the key store", () => {
  test("keeps the same keys in a file that only its owner reads, and takes them away for good", () => {
    const path = join(scratchFolder(), "keys", "device.json");
    const store = openFileKeyStore(path);
    expect(store.find()).toBeUndefined();
    const keys = ensureDeviceKeys(store, random);
    expect(toHex(findDeviceKeys(store)?.signing.publicKey ?? new Uint8Array())).toBe(toHex(keys.signing.publicKey));
    expect([statSync(path).mode & 0o777, statSync(join(path, "..")).mode & 0o777]).toEqual([0o600, 0o700]);
    store.remove();
    expect(store.find()).toBeUndefined();
    store.remove();
  });
  test("refuses keys that others can read, and a damaged file", () => {
    const path = join(scratchFolder(), "device.json");
    const store = openFileKeyStore(path);
    ensureDeviceKeys(store, random);
    chmodSync(path, 0o644);
    expect(() => store.find()).toThrow(/other accounts/);
    chmodSync(path, 0o600);
    writeFileSync(path, "{");
    expect(() => store.find()).toThrow(/damaged/);
  });
});

describe("the agent's documents", () => {
  test("a torn or foreign file is as good as none", () => {
    const folder = scratchFolder();
    const documents = openFileDocuments(folder);
    const schema = z.strictObject({ a: z.number() });
    documents.write("x", { a: 1 });
    expect(documents.find("x", schema)).toEqual({ a: 1 });
    writeFileSync(join(folder, "x.json"), readFileSync(join(folder, "x.json")).subarray(0, 4));
    expect(documents.find("x", schema)).toBeUndefined();
    documents.write("x", { b: 1 });
    expect(documents.find("x", schema)).toBeUndefined();
  });
});

describe("the transport", () => {
  test.each(["http://agency.example", "ftp://127.0.0.1", "https://user:pass@agency.example", "no address"])(
    "%s is not spoken to",
    (url) => {
      expect(() => requireSafeOrigin(url)).toThrow(/https|address/);
    },
  );
  test.each(["https://agency.example", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"])(
    "%s is",
    (url) => {
      expect(requireSafeOrigin(url)).toBe(url);
    },
  );
  test("leaves its origin for no path, follows nothing, and reads no more than the cap", async () => {
    const asked: string[] = [];
    const transport = openHttpTransport({
      serverUrl: "https://agency.example",
      timeoutMs: 1_000,
      fetch: async (url, init) => {
        asked.push(`${url} ${init?.redirect}`);
        return new Response("x".repeat(100), { headers: { "retry-after": "7" } });
      },
    });
    await expect(transport.send({ method: "GET", path: "//elsewhere.example/", maxBytes: 10 })).rejects.toMatchObject({
      code: "UNREACHABLE",
    });
    await expect(transport.send({ method: "GET", path: "/a", maxBytes: 99 })).rejects.toMatchObject({
      code: "BAD_RESPONSE",
    });
    expect(await transport.send({ method: "GET", path: "/a", maxBytes: 100 })).toMatchObject({ retryAfterSeconds: 7 });
    expect(asked).toEqual(["https://agency.example/a error", "https://agency.example/a error"]);
  });
});

describe("the local channel of the command line", () => {
  test("answers its own account, repeats refusals in plain words, and is the agent's claim to its folder", async () => {
    const folder = scratchFolder();
    expect(await askAgent(folder, { op: "status" })).toBeUndefined();
    const channel = await openControlChannel(folder, async ({ op }) => {
      if (op === "remove") throw new PolicyError("FORBIDDEN", "Not now.");
      return `did ${op}`;
    });
    expect(await askAgent(folder, { op: "status" })).toBe("did status");
    await expect(askAgent(folder, { op: "remove" })).rejects.toThrow("Not now.");
    await expect(openControlChannel(folder, async () => "")).rejects.toMatchObject({ code: "FILE_EXISTS" });
    await channel.close();
    expect(await askAgent(folder, { op: "status" })).toBeUndefined();
  });
});

describe("the state folder", () => {
  test("follows the customs of each system", () => {
    expect(defaultStateFolder({}, "linux", "/home/a")).toBe("/home/a/.local/state/overt-agent");
    expect(defaultStateFolder({ XDG_STATE_HOME: "/x" }, "linux", "/home/a")).toBe("/x/overt-agent");
    expect(defaultStateFolder({ XDG_STATE_HOME: "relative" }, "linux", "/home/a")).toBe(
      "/home/a/.local/state/overt-agent",
    );
    expect(defaultStateFolder({}, "darwin", "/Users/a")).toBe("/Users/a/Library/Application Support/Overt Agent");
  });
});
