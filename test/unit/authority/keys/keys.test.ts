import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBoxKey, openSigningKey, readKeyFile } from "@overt/scripts/keys/key-file.ts";
import { boxRoles, KeyFile, keyRoles, PublicKeyFile, signingRoles } from "@overt/shared/protocol/key-file.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runAuthority, runScript } from "../../../support/command-line.ts";

describe("authority keys", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "overt-keys-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const make = (role: string, ...more: string[]) => runAuthority("keys", "new", role, "--out", folder, ...more);

  test("makes a key of every role, which only its holder can read, and opens it again", async () => {
    for (const role of keyRoles) {
      const said = await make(role, ...(role === "reviewer" ? ["--group", "team-a"] : []));
      expect(said, role).toMatchObject({ code: 0, err: "" });
      expect(statSync(at(`${role}.key.json`)).mode & 0o777).toBe(0o600);
      const secret = readKeyFile(at(`${role}.key.json`));
      const open = PublicKeyFile.parse(JSON.parse(readFileSync(at(`${role}.public.json`), "utf8")));
      expect(secret).toMatchObject(open);
      expect(readFileSync(at(`${role}.public.json`), "utf8") + said.out).not.toContain(secret.seed);
      if ((signingRoles as readonly string[]).includes(role)) openSigningKey(secret, [role]);
      if ((boxRoles as readonly string[]).includes(role)) openBoxKey(secret, [role]);
    }
  });

  test("under a passphrase, holds no seed in the clear, opens with it and with no other", async () => {
    const said = await runScript("authority", ["keys", "new", "root", "--out", folder, "--passphrase-stdin"], {
      input: "correct horse battery\n",
    });
    expect(said).toMatchObject({ code: 0, err: "" });
    const file = KeyFile.parse(JSON.parse(readFileSync(at("root.key.json"), "utf8")));
    expect(file.seed).toBeUndefined();
    expect(openSigningKey(file, ["root"], "correct horse battery").publicKey).toHaveLength(32);
    expect(() => openSigningKey(file, ["root"], "correct horse batterz")).toThrow(/does not open/);
  });

  test("shows what a key is for, and never its secret", async () => {
    await make("reviewer", "--name", "reviewer-4", "--group", "team-a", "--as", "senior-reviewer");
    const { seed } = readKeyFile(at("reviewer-4.key.json"));
    for (const name of ["reviewer-4.key.json", "reviewer-4.public.json"]) {
      const { out } = await runAuthority("keys", "show", at(name));
      expect(out).toContain("senior-reviewer of team-a");
      expect(out).not.toContain(seed);
    }
  });

  test.each([
    ["the name is one already", ["root"], /exists already and is not overwritten/],
    ["the name is a person's", ["officer", "--name", "Jane Doe"], /pseudonym of small letters/],
    ["a reviewer has no group", ["reviewer"], /needs --group/],
    ["a group is given to a signer", ["targets", "--group", "a"], /--group and --as are for reviewers/],
    ["a server's key is put under a passphrase", ["timestamp", "--passphrase-stdin"], /takes no passphrase/],
    ["a passphrase is asked for where nobody is", ["targets", "--passphrase"], /add --passphrase-stdin/],
    ["the role is none", ["rooot"], /Allowed choices are root/],
  ])("where %s, refuses and says what to do", async (_, args, message) => {
    await make("root");
    const said = await make(...(args as [string, ...string[]]));
    expect(said.code).toBe(2);
    expect(said.out).toBe("");
    expect(said.err).toMatch(message);
  });

  test("refuses a key that other accounts can read", async () => {
    await make("root");
    writeFileSync(at("open.key.json"), readFileSync(at("root.key.json")), { mode: 0o644 });
    const said = await runAuthority("keys", "protect", at("open.key.json"));
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining(`chmod 600 ${at("open.key.json")}`) });
  });

  test("a damaged key file is said to be no key, without what is in it", async () => {
    writeFileSync(at("bad.key.json"), '{"seed": "00ff00ff', { mode: 0o600 });
    const said = await runAuthority("keys", "show", at("bad.key.json"));
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/not readable as JSON/);
    expect(said.err).not.toContain("00ff00ff");
  });
});
