import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSignedOrder, readStatusFile } from "@overt/scripts/authority/order/file.ts";
import { openPublished } from "@overt/scripts/authority/published.ts";
import { openSigningKey, readKeyFile, readPublicKeyFile } from "@overt/scripts/keys/key-file.ts";
import { openFolderRelay } from "@overt/scripts/officer/folder-relay.ts";
import { makePack, openOwnPack } from "@overt/scripts/officer/pack.ts";
import { parseHex } from "@overt/shared/bytes.ts";
import { EnrolmentPack, EnrolmentToken } from "@overt/shared/protocol/enrolment.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runAuthority, runOfficer } from "../../support/command-line.ts";
import { type FolderDevice, openFolderDevice } from "../../support/folder-device.ts";
import { type Desk, foundAgency, good, openDesk, publishAgency, signOrder } from "../../support/founding.ts";

const random = (n: number) => new Uint8Array(randomBytes(n));

describe("an officer at a visit without a network", () => {
  let top: string;
  let desk: Desk;
  let stick: string;
  const at = (name: string) => join(stick, name);

  beforeAll(async () => {
    top = mkdtempSync(join(tmpdir(), "overt-officer-"));
    desk = await openDesk(join(top, "desk"));
    await foundAgency(desk);
    await publishAgency(desk);
    await signOrder(desk);
    await desk.makeKey("officer", "officer-2");
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));
  beforeEach(() => {
    stick = mkdtempSync(join(top, "stick-"));
  });

  const token = (...more: string[]) =>
    runOfficer(
      ...[
        "token",
        "--key",
        desk.secret("officer-1"),
        "--order",
        desk.at("order.json"),
        "--status",
        desk.at("status.json"),
      ],
      ...["--agency", desk.published, "--server", "https://overt.example.org", "--out", at("pack.json"), ...more],
    );
  const visit = (command: string, ...more: string[]) =>
    runOfficer(
      command,
      at("pack.json"),
      "--key",
      desk.secret("officer-1"),
      "--folder",
      stick,
      "--state",
      at("tool"),
      ...more,
    );
  const device = (name = "device"): FolderDevice =>
    openFolderDevice({
      packFile: at("pack.json"),
      folder: stick,
      stateFolder: at(name),
      officerKey: parseHex(readPublicKeyFile(desk.open("officer-1")[0] as string).publicKey ?? ""),
      random,
    });
  const readTokenOf = (path: string) => {
    const pack = EnrolmentPack.parse(JSON.parse(readFileSync(path, "utf8")));
    return EnrolmentToken.parse(JSON.parse(Buffer.from(pack.token.payload, "base64").toString("utf8")));
  };

  test("makes a token that says whose, for how long and under which root, in a file of the officer's own", async () => {
    const { out } = await good(token("--hours", "2"));
    const made = readTokenOf(at("pack.json"));
    expect(made).toMatchObject({
      officerId: "officer-1",
      caseRef: "CASE-2027-014",
      serverUrl: "https://overt.example.org",
    });
    expect(made.notAfter - made.notBefore).toBeLessThanOrEqual(2 * 3_600);
    expect(statSync(at("pack.json")).mode & 0o777).toBe(0o600);
    expect(out).toMatch(/[a-z2-7]{5}(-[a-z2-7]{1,5}){5}/);
  });

  test.each([["acknowledged"], ["declined"]] as const)(
    "goes step by step to an answer under both signatures: %s",
    async (outcome) => {
      await good(token());
      const person = device();
      expect(await visit("compare")).toMatchObject({
        code: 3,
        out: expect.stringMatching(/has not come in yet.*Carry the folder/s),
      });
      expect(await person.answer(outcome)).toBe(false);
      expect(await visit("compare")).toMatchObject({
        code: 3,
        out: expect.stringMatching(/not answered the number yet/),
      });
      expect(await person.answer(outcome)).toBe(true);
      const compared = await good(visit("compare"));
      const digits = person.digits();
      expect(compared.out).toContain(`${digits.slice(0, 4)} ${digits.slice(4)}`);
      expect(compared.out).toMatch(outcome === "declined" ? /THE PERSON DECLINES/ : /the person acknowledges/);
      const signed = await good(visit("countersign", "--digits", `${digits.slice(0, 4)} ${digits.slice(4)}`));
      expect(signed.out).toMatch(outcome === "declined" ? /Nothing is monitored/ : /monitoring is on/);
      expect((await person.findCountersigned())?.signatures).toHaveLength(2);
    },
  );

  test("asked again after any step, writes the same bytes", async () => {
    await good(token());
    const person = device();
    const files = () => readFileSync(at(`${readTokenOf(at("pack.json")).tokenId}/challenge.json`), "utf8");
    await person.answer();
    await visit("compare");
    const first = files();
    await visit("compare");
    expect(files()).toBe(first);
    await person.answer();
    await good(visit("countersign", "--digits", person.digits()));
    await good(visit("countersign", "--digits", person.digits()));
  });

  test("with other digits than the device shows, signs nothing", async () => {
    await good(token());
    const person = device();
    await person.answer();
    await visit("compare");
    await person.answer();
    const wrong = String((Number(person.digits()) + 1) % 100_000_000).padStart(8, "0");
    const said = await visit("countersign", "--digits", wrong);
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/The digits differ.*make a new token/) });
    expect(said.err).not.toContain(person.digits());
    expect(await person.findCountersigned()).toBeUndefined();
  });

  test("a second device under the same token is refused before it is answered", async () => {
    await good(token());
    await device().answer();
    await visit("compare");
    const path = at(`${readTokenOf(at("pack.json")).tokenId}/commitment.json`);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"commitment":"[0-9a-f]{8}/, '"commitment":"00000000'));
    expect(await visit("compare")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Another device.*make a new token/),
    });
  });

  test.each([
    [
      "the answer of another key",
      (text: string) => text.replace(/"n":"[0-9a-f]{4}/, '"n":"0000'),
      /something else than it had committed to/,
    ],
    [
      "an answer that was changed",
      (text: string) => text.replace(/"sig":"..../, '"sig":"AAAA'),
      /None of the expected keys signed/,
    ],
    ["what is no answer", () => '{"v":1}', /no answer of a device/],
    ["what is no JSON", () => "{", /./],
    ["a flood", () => " ".repeat(20_000), /larger than such a message/],
  ])("%s is refused, and no digits are shown", async (_, change, message) => {
    await good(token());
    const person = device();
    await person.answer();
    await visit("compare");
    await person.answer();
    const path = at(`${readTokenOf(at("pack.json")).tokenId}/reveal.json`);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    const said = await visit("compare");
    expect(said).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
  });

  describe("refuses, and says what to do,", () => {
    test.each([
      [
        "a key that is no officer's of the agency",
        ["--key", "=officer-2"],
        /not an officer's key of the agency.*ask its signers/,
      ],
      ["a signer's key", ["--key", "=order-signer-1"], /needed is the key of a officer/],
      ["a server without https", ["--server", "http://overt.example.org"], /has to begin with https/],
      ["a token of four days", ["--hours", "96"], /from 1 to 72/],
      ["a folder that is not published", ["--agency", "+."], /holds no 1\.root\.json/],
      [
        "a confirmation where the order should be",
        ["--order", "+status.json"],
        /not an order; it is of the type order-status/,
      ],
    ])("%s", async (_, args, message) => {
      const real = args.map((one) =>
        one.startsWith("=") ? desk.secret(one.slice(1)) : one.startsWith("+") ? desk.at(one.slice(1)) : one,
      );
      expect(await token(...real)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
    });

    test("what a device would refuse: a revoked order", async () => {
      const status = at("revoked.json");
      const args = ["--state", "revoked", "--key", desk.secret("status-signer"), "--out", status, "--yes"];
      await good(runAuthority("order", "status", "new", desk.at("order.json"), ...args));
      expect(await token("--status", status)).toMatchObject({ code: 2, err: expect.stringMatching(/revoked/) });
    });

    test("a token that has run out, and a pack whose order was exchanged", async () => {
      await good(token("--hours", "1"));
      const pack = EnrolmentPack.parse(JSON.parse(readFileSync(at("pack.json"), "utf8")));
      const key = openSigningKey(readKeyFile(desk.secret("officer-1")), ["officer"]);
      const now = Math.floor(Date.now() / 1_000);
      expect(() => openOwnPack(pack, key, now + 3_600)).toThrow(/no longer valid. Make a new one/);
      writeFileSync(at("pack.json"), JSON.stringify({ ...pack, order: pack.orderStatus }));
      expect(await visit("compare")).toMatchObject({
        code: 2,
        err: expect.stringMatching(/another order than its token names/),
      });
    });

    test("a practice agency's device at another computer's server", () => {
      const documents = {
        order: readSignedOrder(desk.at("order.json")),
        status: readStatusFile(desk.at("status.json")),
      };
      const make = (serverUrl: string) =>
        makePack({
          key: openSigningKey(readKeyFile(desk.secret("officer-1")), ["officer"]),
          order: documents.order.envelope,
          orderStatus: documents.status.envelope,
          published: { ...openPublished(desk.published), practice: true },
          serverUrl,
          hours: 1,
          now: Math.floor(Date.now() / 1_000),
          random,
        });
      expect(() => make("https://overt.example.org")).toThrow(/server on their own computer only/);
      expect(make("http://127.0.0.1:8801").v).toBe(1);
    });

    test("a stick on which another message stands already", async () => {
      const relay = openFolderRelay(stick, "0".repeat(32));
      await relay.write("challenge", { one: 1 });
      await relay.write("challenge", { one: 1 });
      await expect(relay.write("challenge", { one: 2 })).rejects.toMatchObject({ code: "FORK" });
      expect(await relay.find("challenge")).toEqual({ one: 1 });
    });

    test("another officer's pack, and one that is none", async () => {
      await good(token());
      const other = await runOfficer("compare", at("pack.json"), "--key", desk.secret("officer-2"), "--folder", stick);
      expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/signed by another officer's key/) });
      const none = await runOfficer(
        "compare",
        desk.at("order.json"),
        "--key",
        desk.secret("officer-1"),
        "--folder",
        stick,
      );
      expect(none).toMatchObject({ code: 2, err: expect.stringMatching(/not an enrolment pack.*officer token/) });
    });

    test("a server that cannot be reached, after the time it was told to wait", async () => {
      await good(
        runOfficer(
          ...[
            "token",
            "--key",
            desk.secret("officer-1"),
            "--order",
            desk.at("order.json"),
            "--status",
            desk.at("status.json"),
          ],
          ...["--agency", desk.published, "--server", "http://127.0.0.1:1", "--out", at("pack.json")],
        ),
      );
      const said = await runOfficer(
        "compare",
        at("pack.json"),
        "--key",
        desk.secret("officer-1"),
        "--state",
        at("tool"),
        "--wait",
        "1 s",
      );
      expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be reached|not reached|reach/) });
    });
  });
});
