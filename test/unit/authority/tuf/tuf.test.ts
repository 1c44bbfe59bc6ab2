import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPublished } from "@overt/scripts/authority/published.ts";
import { buildSnapshot, buildTargets, serialiseMetadata, signMetadata } from "@overt/scripts/authority/tuf/metadata.ts";
import { openSigningKey, readKeyFile } from "@overt/scripts/keys/key-file.ts";
import { loadTrust } from "@overt/server/ingest/trust/load.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runAuthority } from "../../../support/command-line.ts";
import { type Desk, foundAgency, good, openDesk, publishAgency, rootKeys } from "../../../support/founding.ts";

const today = new Date().toISOString().slice(0, 10);
const bundle = (version: number, host: string, example = host) => `bundle: tests
version: ${version}
issued: ${today}
expires: 90 days
rules:
  - rule: one-site
    reason: a reason
    known-failures: none known
    signal: navigation
    category: test-category
    hosts: [${host}]
    examples: { match: ["https://${example}/"], no-match: ["https://other.test/"] }
`;

describe("authority tuf", () => {
  let folder: string;
  let founded: Desk;
  let desk: Desk;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "overt-tuf-"));
    founded = await openDesk(join(folder, "founded"));
    await foundAgency(founded);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    const copy = mkdtempSync(join(folder, "desk-"));
    cpSync(founded.folder, copy, { recursive: true });
    const at = (name: string) => join(copy, name);
    desk = {
      ...founded,
      folder: copy,
      workspace: at("agency"),
      published: at("agency/published"),
      at,
      secret: (name) => at(`${name}.key.json`),
      open: (...names) => names.map((name) => at(`${name}.public.json`)),
      sign: (name, ...more) => desk.tuf("sign", desk.workspace, "--key", desk.secret(name), "--yes", ...more),
      makeKey: (role, name) => good(runAuthority("keys", "new", role, "--name", name, "--out", copy)),
    };
  });
  const takeRules = (text: string) => {
    writeFileSync(desk.at("rules.yaml"), text);
    return desk.tuf("rules", desk.workspace, desk.at("rules.yaml"));
  };
  const trust = () => loadTrust(desk.published, openPublished(desk.published).rootSha256);

  test("publishes an agency that servers trust, once every threshold is met and not before", async () => {
    await good(takeRules(bundle(1, "one.test")));
    const refusals: string[] = [];
    for (const name of ["targets-1", "targets-2", "snapshot"]) {
      const said = await desk.tuf("publish", desk.workspace);
      expect(said.code).toBe(2);
      refusals.push(said.err);
      await good(desk.sign(name));
    }
    expect(refusals.join("")).toMatch(/0 of the 2 .*on targets.*1 of the 2 .*snapshot signer must sign/s);
    await good(desk.tuf("publish", desk.workspace));
    await good(desk.tuf("timestamp", desk.published, "--key", desk.secret("timestamp")));
    const { practice, ruleSets, orderSigners } = await trust();
    expect({ practice, bundles: ruleSets.map((set) => set.bundle), threshold: orderSigners.threshold }).toEqual({
      practice: false,
      bundles: ["tests"],
      threshold: 2,
    });
  });

  test("says in plain words what a signer is about to put a name to", async () => {
    await good(takeRules(bundle(1, "one.test")));
    await publishAgency(desk);
    await good(takeRules(bundle(2, "one.test").replace("[one.test]", "[one.test, two.test]")));
    const { err } = await good(desk.sign("targets-3"));
    expect(err).toMatch(/rules\/tests\.json changes/);
    expect(err).toMatch(/WIDER {5}one-site: .*added: two\.test/);
    expect(err).toMatch(/version 2, 2 examples come out as written/);
    expect(err).not.toMatch(/officers/);
  });

  test("a second publication leaves the first one's files and takes its place", async () => {
    await good(takeRules(bundle(1, "one.test")));
    await publishAgency(desk);
    await good(takeRules(bundle(2, "two.test")));
    await publishAgency(desk, ["targets-2", "targets-3"]);
    expect(readdirSync(desk.published)).toEqual(expect.arrayContaining(["1.targets.json", "2.targets.json"]));
    expect((await trust()).ruleSets[0]?.version).toBe(2);
  });

  test("a bundle whose examples fail is not taken in", async () => {
    const said = await takeRules(bundle(1, "one.test", "elsewhere.test"));
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/1 examples fail \(one-site\).*not compiled/) });
    expect((await desk.tuf("status", desk.workspace)).out).not.toContain("rules/");
  });

  test("a compiled rule set whose examples fail is not signed, however it came into the folder", async () => {
    await good(takeRules(bundle(1, "one.test")));
    const file = join(desk.workspace, "files/rules/tests.json");
    const rules = JSON.parse(readFileSync(file, "utf8"));
    rules.rules[0].hosts.names = ["elsewhere.test"];
    writeFileSync(desk.at("tests.json"), canonicalBytes(rules));
    await good(desk.tuf("add", desk.workspace, desk.at("tests.json"), "--as", "rules/tests.json"));
    const said = await desk.sign("targets-1");
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/1 of the 2 examples of tests fail.*one-site/) });
  });

  test("the rules of a sensitive list are tried with the list's key, and the list holds no host in the clear", async () => {
    mkdirSync(desk.at("bundle/lists"), { recursive: true });
    const text = bundle(1, "listed.test").replace("hosts: [listed.test]", "hosts: { lists: [secret] }");
    writeFileSync(desk.at("bundle/bundle.yaml"), `${text}lists: { secret: { sensitive: true } }\n`);
    writeFileSync(desk.at("bundle/lists/secret.txt"), "listed.test\n");
    writeFileSync(desk.at("secret.key"), "5a".repeat(32));
    const key = ["--list-key", `secret=${desk.at("secret.key")}`];
    const without = await desk.tuf("rules", desk.workspace, desk.at("bundle"));
    expect(without).toMatchObject({
      code: 2,
      err: expect.stringMatching(/list secret is sensitive and needs --list-key/),
    });
    await good(desk.tuf("rules", desk.workspace, desk.at("bundle"), ...key));
    expect(await desk.sign("targets-1")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/examples need --list-key/),
    });
    for (const name of ["targets-1", "targets-2"]) await good(desk.sign(name, ...key));
    await good(desk.sign("snapshot"));
    await good(desk.tuf("publish", desk.workspace));
    const published = openPublished(desk.published);
    expect(Buffer.from(published.read("lists/secret.bin")).includes("listed")).toBe(false);
    expect(published.targets.signed.targets["lists/secret.bin"]?.custom).toEqual({ sensitive: true });
  });

  test("a version that is not higher than the published one is not signed", async () => {
    await good(takeRules(bundle(2, "one.test")));
    await publishAgency(desk);
    await good(takeRules(bundle(2, "two.test")));
    expect(await desk.sign("targets-1")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/agents take only a higher one.*Raise “version”/),
    });
  });

  test("a file that was changed after it was taken in is not signed", async () => {
    await good(takeRules(bundle(1, "one.test")));
    const file = join(desk.workspace, "files/keys/officers.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("officer-1", "officer-2"));
    expect(await desk.sign("targets-1")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/officers\.json is not the file that the list names/),
    });
  });

  test("a list of one targets signer is refused, although the snapshot's signer vouches for it", async () => {
    await publishAgency(desk);
    const { root } = openPublished(desk.published);
    const now = Math.floor(Date.now() / 1_000);
    const signer = (name: string) => openSigningKey(readKeyFile(desk.secret(name)), ["targets", "snapshot"]);
    const targets = buildTargets(2, now, new Map());
    signMetadata(targets, "targets", root, signer("targets-1"));
    const snapshot = buildSnapshot(2, now, targets);
    signMetadata(snapshot, "snapshot", root, signer("snapshot"));
    writeFileSync(join(desk.published, "2.targets.json"), serialiseMetadata(targets));
    writeFileSync(join(desk.published, "2.snapshot.json"), serialiseMetadata(snapshot));
    expect(() => openPublished(desk.published)).toThrow(/1 of the 2 signatures needed on targets/);
  });

  test("a file that agents would refuse is not signed, though the draft of the list names it", async () => {
    const bytes = Buffer.from("{}");
    writeFileSync(join(desk.workspace, "files/software.json"), bytes);
    const list = join(desk.workspace, "targets.json");
    const draft = JSON.parse(readFileSync(list, "utf8"));
    draft.signed.targets["software.json"] = { length: bytes.length, hashes: { sha256: sha256Hex(bytes) } };
    writeFileSync(list, JSON.stringify(draft));
    const said = await desk.sign("targets-1");
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/software\.json is not well formed/) });
  });

  test("a rule set that has expired is not signed", async () => {
    const old = bundle(1, "one.test").replace(today, "2026-01-01");
    expect(await takeRules(old)).toMatchObject({ code: 2, err: expect.stringMatching(/expired already/) });
    writeFileSync(desk.at("rules.yaml"), old);
    await good(runAuthority("rules", "compile", desk.at("rules.yaml"), "--out", desk.at("compiled")));
    const file = desk.at("compiled/rules/tests.json");
    await good(desk.tuf("add", desk.workspace, file, "--as", "rules/tests.json"));
    expect(await desk.sign("targets-1")).toMatchObject({ code: 2, err: expect.stringMatching(/tests has expired/) });
  });

  test("a second list of the same version is not what the snapshot names", async () => {
    await publishAgency(desk);
    const { root } = openPublished(desk.published);
    const other = buildTargets(1, Math.floor(Date.now() / 1_000) + 5, new Map());
    for (const name of ["targets-1", "targets-2"]) {
      signMetadata(other, "targets", root, openSigningKey(readKeyFile(desk.secret(name)), ["targets"]));
    }
    writeFileSync(join(desk.published, "1.targets.json"), serialiseMetadata(other));
    expect(() => openPublished(desk.published)).toThrow(/snapshot names another list/);
  });

  test("any changed digit of the published folder is found by who compares with it", async () => {
    await good(takeRules(bundle(1, "one.test")));
    await publishAgency(desk);
    const files = readdirSync(desk.published, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(files.length).toBeGreaterThan(6);
    for (const each of files.filter(({ name }) => name !== "timestamp.json")) {
      const path = join(each.parentPath, each.name);
      const before = readFileSync(path);
      const digits = [...before.keys()].filter((at) => /[0-9]/.test(String.fromCharCode(before[at] ?? 0)));
      for (const at of [digits[0], digits[digits.length >> 1], digits.at(-1)]) {
        const changed = Buffer.from(before);
        // Never a leading zero, so that the file stays as well formed as it was.
        changed[at ?? 0] = 0x31 + (((before[at ?? 0] ?? 0) - 0x30) % 9);
        writeFileSync(path, changed);
        expect((await desk.tuf("show", desk.workspace)).code, `${each.name} at ${at}`).toBe(2);
      }
      writeFileSync(path, before);
    }
    expect(await desk.tuf("show", desk.workspace)).toMatchObject({ code: 0 });
  });

  describe("the next root", () => {
    const digits = (name: string) =>
      JSON.parse(readFileSync(desk.open(name)[0] as string, "utf8")).publicKey.slice(0, 8);

    test("needs the old root's threshold and its own, and then counts", async () => {
      await publishAgency(desk);
      await desk.makeKey("root", "root-6");
      const args = ["--add", ...desk.open("root-6"), "--retire", digits("root-1")];
      const { out } = await good(desk.tuf("new-root", desk.workspace, ...args));
      expect(out).toMatch(/NEW {2}[0-9a-f]{64}\n.*GONE [0-9a-f]{64}/);
      for (const name of ["root-6", "root-2", "root-3"]) await good(desk.sign(name));
      await good(desk.tuf("publish", desk.workspace));
      expect(readdirSync(desk.published)).not.toContain("2.root.json");
      expect((await good(desk.sign("root-4"))).out).toMatch(/The root is complete/);
      await good(desk.tuf("publish", desk.workspace));
      expect(openPublished(desk.published).root.signed.version).toBe(2);
      await trust();
    });

    test("with another targets key, has the list signed anew by those who sign it now", async () => {
      await publishAgency(desk);
      await desk.makeKey("targets", "targets-4");
      await good(
        desk.tuf("new-root", desk.workspace, "--add", ...desk.open("targets-4"), "--retire", digits("targets-1")),
      );
      for (const name of rootKeys.slice(0, 3)) await good(desk.sign(name));
      expect(await desk.sign("targets-1")).toMatchObject({
        code: 2,
        err: expect.stringMatching(/not a targets key of this agency's root/),
      });
      await publishAgency(desk, ["targets-4", "targets-2"]);
      expect((await trust()).targetsVersion).toBe(2);
    });

    test.each([
      ["a key that is not there", ["--retire", "00000000"], /No key of the root begins with/],
      ["too few digits", ["--retire", "00"], /8 or more of a key's first digits/],
      ["too few holders left", ["--retire", "=root-2"], /at least 5 root keys, each with another person/],
      ["a threshold below the least", ["--root-threshold", "2"], /from 3 to the number of its keys, 5/],
      ["a key that is there already", ["--add", "+root-2"], /stands there twice/],
      ["an officer's key", ["--add", "+officer-1"], /officer key, and has no place in a root/],
    ])("refuses %s", async (_, args, message) => {
      const real = args.map((one) =>
        one.startsWith("=") ? digits(one.slice(1)) : one.startsWith("+") ? (desk.open(one.slice(1))[0] as string) : one,
      );
      const before = readFileSync(join(desk.workspace, "root.json"), "utf8");
      expect(await desk.tuf("new-root", desk.workspace, ...real)).toMatchObject({
        code: 2,
        err: expect.stringMatching(message),
      });
      expect(readFileSync(join(desk.workspace, "root.json"), "utf8")).toBe(before);
    });
  });

  test.each([
    [
      "one holder signing twice",
      async () => [await desk.sign("targets-1"), await desk.sign("targets-1")],
      /has signed already; another person must sign/,
    ],
    [
      "the snapshot before the list",
      async () => [await desk.sign("snapshot")],
      /targets signers must sign first: 0 of 2/,
    ],
    ["a timestamp key at the workspace", async () => [await desk.sign("timestamp")], /tuf timestamp PUBLISHED/],
    ["an officer's key", async () => [await desk.sign("officer-1")], /needed is a root, targets or snapshot key/],
    [
      "a founding where one is",
      async () => [
        await desk.tuf(
          "found",
          desk.workspace,
          ...desk.open(...rootKeys, "targets-1", "targets-2", "targets-3", "snapshot", "timestamp"),
          "--agency",
          "a",
        ),
      ],
      /holds a root already.*new-root/,
    ],
    [
      "a founding by too few",
      async () => [await desk.tuf("found", desk.at("new"), ...desk.open("root-1"), "--agency", "a")],
      /at least 5 root keys/,
    ],
    [
      "an agency with a name of its own alphabet",
      async () => [await desk.tuf("found", desk.at("new"), ...desk.open("root-1"), "--agency", "My Agency")],
      /--agency is small letters/,
    ],
    [
      "a file whose place is not known",
      async () => [await desk.tuf("add", desk.workspace, desk.at("agency/root.json"))],
      /Say where .* is published, with --as/,
    ],
    [
      "a publication without rosters",
      async () => {
        await desk.tuf("remove", desk.workspace, "keys/officers.json", "keys/servers.json");
        return [await desk.tuf("publish", desk.workspace)];
      },
      /Agents need keys\/officers\.json and keys\/servers\.json as well/,
    ],
    [
      "a timestamp over nothing",
      async () => [await desk.tuf("timestamp", desk.at("none"), "--key", desk.secret("timestamp"))],
      /The root is not complete|holds no/,
    ],
    ["a workspace that is none", async () => [await desk.tuf("status", desk.at("none"))], /“?"?authority tuf found/],
  ])("refuses %s, and says what to do", async (_, act, message) => {
    const said = (await act()).at(-1);
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});
