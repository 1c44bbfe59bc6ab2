import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTarget } from "@overt/scripts/authority/tuf/targets.ts";
import { Officers, OrderSigners } from "@overt/shared/protocol/roster.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runAuthority } from "../../../support/command-line.ts";

describe("authority roster", () => {
  let folder: string;
  let rosters: string;
  const key = (name: string) => join(folder, `${name}.public.json`);
  const file = (kind: string) => join(rosters, `${kind}.json`);
  const roster = (...args: string[]) => runAuthority("roster", ...args);
  const read = (kind: string) => JSON.parse(readFileSync(file(kind), "utf8"));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "overt-roster-"));
    const make = (role: string, name: string, ...more: string[]) =>
      runAuthority("keys", "new", role, "--name", name, "--out", folder, ...more);
    for (const n of [1, 2, 3]) await make("order-signer", `signer-${n}`);
    for (const n of [1, 2]) await make("officer", `officer-${n}`);
    for (const role of ["server-receipt", "server-log", "server-console", "recovery", "root"]) await make(role, role);
    await make("reviewer", "reviewer-1", "--group", "team-a");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    rosters = mkdtempSync(join(folder, "rosters-"));
  });

  const addAll = async () => {
    await roster("add", file("order-signers"), key("signer-1"), key("signer-2"), "--threshold", "2");
    await roster("add", file("officers"), key("officer-1"));
    await roster(
      ...["add", file("servers"), key("server-receipt"), key("server-log"), key("server-console")],
      ...["--log-origin", "overt.example.org/log"],
    );
    await roster("add", file("reviewers"), key("reviewer-1"), key("recovery"));
  };

  test("draws up all four in the bytes that agents take", async () => {
    await addAll();
    for (const kind of ["order-signers", "officers", "servers", "reviewers"]) {
      checkTarget(`keys/${kind}.json`, new Uint8Array(readFileSync(file(kind))));
      expect(await roster("list", file(kind))).toMatchObject({ code: 0, out: expect.stringContaining("in force") });
    }
  });

  test("adding keeps who was there; the same key again only changes its period", async () => {
    await addAll();
    await roster("add", file("officers"), key("officer-2"), "--until", "2030-01-31");
    await roster("add", file("officers"), key("officer-2"), "--until", "2031-01-31");
    const { officers } = Officers.parse(read("officers"));
    expect(officers.map(({ officerId, until }) => [officerId, until > 1_900_000_000])).toEqual([
      ["officer-1", false],
      ["officer-2", true],
    ]);
    expect(officers[1]?.until).toBe(Date.UTC(2031, 0, 31) / 1_000);
  });

  test("a retired officer's entry ends, and stays, so that what was signed before stays good", async () => {
    await addAll();
    await roster("add", file("officers"), key("officer-2"));
    const before = Officers.parse(read("officers")).officers;
    const said = await roster("retire", file("officers"), "officer-1");
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining("officer-1") });
    const after = Officers.parse(read("officers")).officers;
    expect(after).toHaveLength(2);
    expect(after[0]?.until).toBeLessThanOrEqual(Date.now() / 1_000);
    expect(after[1]).toEqual(before[1]);
    expect((await roster("list", file("officers"))).out).toMatch(/officer-1.*ended/);
  });

  test("an order signer is retired by public part or by the first digits of the key", async () => {
    await addAll();
    await roster("add", file("order-signers"), key("signer-3"), "--may-confirm-status");
    const { publicKey } = JSON.parse(readFileSync(key("signer-1"), "utf8"));
    await roster("retire", file("order-signers"), publicKey.slice(0, 8));
    const { signers } = OrderSigners.parse(read("order-signers"));
    expect(signers.filter(({ until }) => until <= Date.now() / 1_000).map((one) => one.publicKey)).toEqual([publicKey]);
    expect(signers.map((one) => one.mayConfirmStatus)).toEqual([false, false, true]);
  });

  test.each([
    ["a key belongs elsewhere", ["add", "officers", "+root"], /root key and does not belong in this roster/],
    ["the threshold is missing", ["add", "order-signers", "+signer-3"], /--threshold says how many/, "fresh"],
    [
      "the threshold is above the number",
      ["add", "order-signers", "+signer-3", "--threshold", "4"],
      /exceeds the number/,
    ],
    [
      "the recovery key is missing",
      ["add", "reviewers", "+reviewer-1"],
      /needs one recovery key.*keys new recovery/,
      "fresh",
    ],
    [
      "servers are not complete",
      ["add", "servers", "+server-log", "--log-origin", "a.example/log"],
      /receiptKeys/,
      "fresh",
    ],
    ["a date is none", ["add", "officers", "+officer-2", "--until", "31.1.2027"], /--until is a day \(2027-01-31\)/],
    ["it would end before it begins", ["add", "officers", "+officer-2", "--until", "2020-01-01"], /later than --from/],
    ["nobody is of that name", ["retire", "officers", "officer-9"], /Nobody of this name/],
    [
      "too few would be left",
      ["retire", "order-signers", "+signer-1"],
      /1 of the 2 order-signers needed.*Add the new key first/,
    ],
    ["the last officer would go", ["retire", "officers", "officer-1"], /0 of the 1 officers needed/],
    ["the only log key would go", ["retire", "servers", "+server-log"], /0 of the 1 server-log needed/],
    ["the file is no roster", ["list", "people"], /named order-signers.json, officers.json/],
  ])(
    "where %s, refuses, says what to do, and changes nothing",
    async (_, [command, kind, ...rest], message, fresh?: string) => {
      if (fresh === undefined) await addAll();
      const path = file(kind as string);
      const snapshot = () => {
        try {
          return readFileSync(path, "utf8");
        } catch {
          return undefined;
        }
      };
      const before = snapshot();
      const said = await roster(
        command as string,
        path,
        ...rest.map((one) => (one.startsWith("+") ? key(one.slice(1)) : one)),
      );
      expect(said).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
      expect(snapshot()).toBe(before);
    },
  );

  test("a roster that was edited by hand is refused", async () => {
    await addAll();
    writeFileSync(file("officers"), `${readFileSync(file("officers"), "utf8")}\n`);
    const said = await roster("add", file("officers"), key("officer-2"));
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/Do not edit it by hand/) });
  });
});
