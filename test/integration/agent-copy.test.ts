import { checkCopy } from "@overt/agent/core/check-copy.ts";
import { verifyPublished } from "@overt/agent/platform/tuf/verify-published.ts";
import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { toBase64, toHex } from "@overt/shared/bytes.ts";
import { signEnvelope } from "@overt/shared/crypto/envelope.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../support/agent-journal.ts";
import { connectBrowser, enrol, eventually, openWorld, wall } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";

interface Json {
  [name: string]: Json;
}
interface Made {
  /** The copy while the device was at work. */
  readonly text: string;
  /** The copy after its removal. */
  readonly proof: string;
}

let made: Promise<Made> | undefined;
/** Made once, by the first test that asks; then nothing but the texts is left. */
function makeCopies(): Promise<Made> {
  made ??= make();
  return made;
}

async function make(): Promise<Made> {
  const world = await openWorld();
  const running = await world.start();
  await enrol(world, running);
  const browser = await connectBrowser(world, running);
  browser.visit(`http://${practiceHosts.listed}/`);
  await eventually(() => world.ingest.blobs.size === 2);
  const match = world.ingest.taken.find((one) => readPayload(one.envelope).kind === "match");
  const view = { v: 1, about: match?.hash, role: "reviewer", level: 1, at: wall(), salt: toHex(random(16)) };
  const signed = signEnvelope(payloadTypes.view, view, [world.agency.keys.signing("server-console")]);
  world.ingest.feed = [{ kind: "view", cursor: 1, view: signed }];
  await running.source.submitStatement({ kind: "explain", about: match?.seq, text: "It was the choir." });
  await eventually(() => running.source.status().waiting === 0);
  await eventually(() => running.source.records(undefined, 50).some((record) => record.views.length > 0));
  const text = running.source.exportAll().json;
  await running.remove();
  const ended = await world.start();
  return { text, proof: ended.source.exportAll().json };
}

const check = (value: unknown) => checkCopy(typeof value === "string" ? value : JSON.stringify(value), verifyPublished);
async function changed(change: (copy: Json) => void): Promise<Json> {
  const copy = JSON.parse((await makeCopies()).text) as Json;
  change(copy);
  return copy;
}
const list = (value: Json | undefined) => value as unknown as Json[];
const at = (value: Json, ...path: string[]): Json => path.reduce((found, name) => found[name] as Json, value);
const recordOf = (copy: Json, kind: string) =>
  list(copy["records"]).find((record) => JSON.stringify(record["document"]).includes(`"kind":"${kind}"`)) as Json;

describe("the person's copy", () => {
  test("is whole, says how it is checked, and verifies with no server, no device and no network", async () => {
    const { text } = await makeCopies();
    expect(await check(text)).toMatchObject({
      agency: "practice-agency",
      practice: true,
      caseRef: "PRACTICE-001",
      opened: 3,
      views: 1,
      decisions: 0,
      lost: 0,
    });
    const { records, receipts } = await check(text);
    expect(records).toBeGreaterThanOrEqual(3);
    expect(receipts).toBe(records);
    expect(JSON.parse(text).howToCheck.join(" ")).toMatch(/section 12 of SPEC\.md/);
    expect(text).not.toMatch(/secretKey|"seed"|stateKey/);
  });

  test("after removal the kept proof is the copy: it ends with the signed end, and verifies", async () => {
    const { text, proof } = await makeCopies();
    const { records } = await check(proof);
    expect(records).toBeGreaterThan((await check(text)).records);
    expect(JSON.parse(proof).records[0].document.event).toMatchObject({ kind: "end", reason: "removed" });
  });

  const faults: Record<string, { code: string; change: (copy: Json) => void }> = {
    "a record left out": { code: "CHAIN_BROKEN", change: (copy) => void list(copy["records"]).splice(1, 1) },
    "two records the other way round": {
      code: "CHAIN_BROKEN",
      change: (copy) => void list(copy["records"]).reverse(),
    },
    "the first record left out": { code: "CHAIN_BROKEN", change: (copy) => void list(copy["records"]).pop() },
    "another record's receipt": {
      code: "CHAIN_BROKEN",
      change: (copy) => {
        recordOf(copy, "match")["receipt"] = recordOf(copy, "start")["receipt"] as Json;
      },
    },
    "other words in a sealed note": {
      code: "CHAIN_BROKEN",
      change: (copy) => {
        Object.assign(at(recordOf(copy, "match"), "opened", "0"), { plaintext: toBase64(random(40)) });
      },
    },
    "a sealed note of another record": {
      code: "CHAIN_BROKEN",
      change: (copy) => {
        recordOf(copy, "start")["opened"] = recordOf(copy, "match")["opened"] as Json;
      },
    },
    "a view of another record": {
      code: "CHAIN_BROKEN",
      change: (copy) => {
        recordOf(copy, "start")["feed"] = recordOf(copy, "match")["feed"] as Json;
      },
    },
    "a key file left out": {
      code: "BAD_SIGNATURE",
      change: (copy) => {
        const files = at(copy, "published", "files");
        const name = Object.keys(files).find((path) => path.includes("servers")) ?? "";
        Reflect.deleteProperty(files, name);
      },
    },
    "no acknowledgement": {
      code: "BAD_SCHEMA",
      change: (copy) => void Reflect.deleteProperty(copy, "acknowledgement"),
    },
    "an acknowledgement that only the device signed": {
      code: "BAD_SIGNATURE",
      change: (copy) => void list(at(copy, "acknowledgement", "signatures")).splice(1, 1),
    },
  };
  test.each(Object.entries(faults))("%s: refused", async (_, { code, change }) => {
    await expect(check(await changed(change))).rejects.toMatchObject({ code });
  });

  test("a file that is none: refused in plain words", async () => {
    await expect(check("hello")).rejects.toThrow(/not a copy that the program made/);
    await expect(check("{}")).rejects.toThrow(/not a whole copy/);
  });

  test("any one character of what is signed or committed to, changed: refused", async () => {
    const leaves = listLeaves(JSON.parse((await makeCopies()).text), []).filter(isChecked);
    expect(leaves.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (which, where) => {
        const path = leaves[which % leaves.length] as string[];
        const copy = await changed((value) => {
          const name = path.at(-1) ?? "";
          const before = String(at(value, ...path));
          const i = where % before.length;
          const after = `${before.slice(0, i)}${before[i] === "b" ? "c" : "b"}${before.slice(i + 1)}`;
          Object.assign(at(value, ...path.slice(0, -1)), { [name]: after });
        });
        await expect(check(copy), path.join("/")).rejects.toThrow();
      }),
      { numRuns: Math.min(2_000, Number(process.env["PROPERTY_RUNS"] ?? 15)) },
    );
  });
});

function listLeaves(value: unknown, path: string[]): string[][] {
  if (typeof value === "string") return value === "" ? [] : [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, each]) => listLeaves(each, [...path, name]));
}

/** What the check rests on; the rest of the file is for reading. A key's hint in a signature proves nothing. */
function isChecked(path: string[]): boolean {
  const name = path.join("/");
  if (name.endsWith("/keyid")) return false;
  return /^(enrolment\/pack|acknowledgement|published\/files|records\/\d+\/(hash|envelope|receipt\/envelope|opened\/\d+\/(commitment|salt|plaintext)|feed))\b/.test(
    name,
  );
}
