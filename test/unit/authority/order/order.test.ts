import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readSignedOrder } from "@overt/scripts/authority/order/file.ts";
import { envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runAuthority, runScript } from "../../../support/command-line.ts";

const example = resolve(import.meta.dirname, "../../../../scripts/authority/example/order.yaml");

describe("authority order", () => {
  let keys: string;
  let folder: string;
  const key = (name: string) => join(keys, `${name}.key.json`);
  const at = (name: string) => join(folder, name);
  const order = (...args: string[]) => runAuthority("order", ...args);
  const agency = () => ["--agency", join(keys, "order-signers.json")];

  beforeAll(async () => {
    keys = mkdtempSync(join(tmpdir(), "overt-order-"));
    const make = (role: string, name: string) => runAuthority("keys", "new", role, "--name", name, "--out", keys);
    for (const name of ["signer-1", "signer-2", "stranger"]) await make("order-signer", name);
    await make("status-signer", "status-1");
    await make("officer", "officer-1");
    const open = (...names: string[]) => names.map((name) => join(keys, `${name}.public.json`));
    const roster = join(keys, "order-signers.json");
    await runAuthority("roster", "add", roster, ...open("signer-1", "signer-2", "status-1"), "--threshold", "2");
  });
  afterAll(() => rmSync(keys, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = mkdtempSync(join(keys, "case-"));
    const yaml = readFileSync(example, "utf8").replace("2027-01-04", "2026-01-04").replace("2029-01-04", "2034-01-04");
    writeFileSync(at("order.yaml"), yaml);
    expect(await order("new", at("order.yaml"), "--out", at("order.json"))).toMatchObject({ code: 0, err: "" });
  });

  const sign = (name: string, ...more: string[]) =>
    order("sign", at("order.json"), "--key", key(name), "--yes", ...more);
  const signBoth = async () => {
    await sign("signer-1");
    await sign("signer-2");
  };
  const confirm = (...more: string[]) =>
    order("status", "new", at("order.json"), "--key", key("status-1"), "--out", at("status.json"), "--yes", ...more);

  test("is shown in plain words before it is signed", async () => {
    const { err } = await sign("signer-1");
    for (const words of [
      "CASE-2027-014",
      "You must not visit any internet chat site",
      "every day 22:00-06:00",
      "solicitor.example",
    ]) {
      expect(err).toContain(words);
    }
  });

  test("signed one after the other, verifies when enough have signed and not before", async () => {
    const verify = () => order("verify", at("order.json"), ...agency());
    expect((await sign("signer-1", ...agency())).out).toMatch(/1 more is needed/);
    expect(await verify()).toMatchObject({ code: 1, out: expect.stringMatching(/4\.6 {2}FAILED {2}1 of 2/) });
    expect((await sign("signer-2", ...agency())).out).toMatch(/which is enough/);
    expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/6\.3 {2}ok .*A device takes it/s) });
  });

  test("in processes of their own, a file goes in and comes out with one more signature", async () => {
    const args = ["order", "sign", at("order.json"), "--key", key("signer-1"), "--out", at("once.json"), "--yes"];
    expect(await runScript("authority", args)).toMatchObject({ code: 0 });
    expect(readSignedOrder(at("once.json")).envelope.signatures).toHaveLength(1);
  });

  test("says every numbered step of SPEC.md section 4", async () => {
    await signBoth();
    const { out } = await order("verify", at("order.json"), ...agency(), "--json");
    const steps = JSON.parse(out).results[0].checks.map((check: { step: string }) => check.step);
    expect(steps).toEqual(["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "6.3"]);
  });

  test("with its confirmation, verifies until that runs out", async () => {
    await signBoth();
    expect(await confirm(...agency())).toMatchObject({ code: 0 });
    const verify = (when: string) => order("verify", at("order.json"), at("status.json"), ...agency(), "--at", when);
    expect(await verify("29 days")).toMatchObject({ code: 0 });
    expect(await verify("31 days")).toMatchObject({ code: 1, out: expect.stringMatching(/FAILED {2}it ran out/) });
  });

  test("a revocation is confirmed, shown and refused by devices", async () => {
    await signBoth();
    await confirm("--state", "revoked");
    expect((await order("status", "show", at("status.json"))).out).toMatch(/REVOKED/);
    const said = await order("verify", at("order.json"), at("status.json"), ...agency());
    expect(said).toMatchObject({ code: 1, out: expect.stringMatching(/FAILED {2}it says that the order is revoked/) });
  });

  test("varied, names the version before and keeps order and case", async () => {
    await signBoth();
    await order("new", at("order.yaml"), "--after", at("order.json"), "--out", at("second.json"));
    const first = readSignedOrder(at("order.json"));
    const second = JSON.parse(readFileSync(at("second.json"), "utf8"));
    expect(second).toMatchObject({ version: 2, orderId: first.order.orderId, prev: envelopeHash(first.envelope) });
  });

  test("a signed order that was changed afterwards is refused by the next signer, and “verify” says whose signature fails", async () => {
    await sign("signer-1");
    const file = JSON.parse(readFileSync(at("order.json"), "utf8"));
    const payload = Buffer.from(file.payload, "base64").toString("utf8").replace('"maxEvidence":1', '"maxEvidence":2');
    writeFileSync(at("order.json"), JSON.stringify({ ...file, payload: Buffer.from(payload).toString("base64") }));
    expect(await sign("signer-2", ...agency())).toMatchObject({
      code: 2,
      err: expect.stringMatching(/changed after it/),
    });
    const { out } = await order("verify", at("order.json"), ...agency());
    expect(out).toMatch(/4\.6 {2}FAILED {2}0 of 2.*is of no order signer, or not of these bytes/);
  });

  describe("refuses, and says what happened and what to do,", () => {
    test.each([
      [
        "another case than the paper's",
        ["signer-2", "--case", "CASE-2027-015"],
        /of the case CASE-2027-014, not CASE-2027-015/,
      ],
      ["the same signer twice", ["signer-1"], /has signed the order already: another signer/],
      ["a signer whom the roster does not know", ["stranger", "+agency"], /not an order signer of the agency/],
      ["a key of another role", ["officer-1"], /This is a officer key; needed is the key of a order-signer/],
      ["a status signer's key", ["status-1"], /needed is the key of a order-signer/],
    ])("%s", async (_, [name, ...more], message) => {
      await sign("signer-1");
      const before = readFileSync(at("order.json"), "utf8");
      const said = await sign(name as string, ...more.flatMap((one) => (one === "+agency" ? agency() : [one])));
      expect(said).toMatchObject({ code: 2, out: "", err: expect.stringMatching(message) });
      expect(readFileSync(at("order.json"), "utf8")).toBe(before);
    });

    test("an order that has ended", async () => {
      const draft = JSON.parse(readFileSync(at("order.json"), "utf8"));
      writeFileSync(at("order.json"), JSON.stringify({ ...draft, notAfter: 1_780_000_000 }));
      expect(await sign("signer-1")).toMatchObject({
        code: 2,
        err: expect.stringMatching(/The order ended on 2026-05-28/),
      });
    });

    test("a signature where nobody can be asked and nobody said --yes", async () => {
      const said = await order("sign", at("order.json"), "--key", key("signer-1"));
      expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/again with --yes/) });
    });

    test("a confirmation of a draft, one that holds too long, and one of a signer who may not", async () => {
      expect(await confirm()).toMatchObject({ code: 2, err: expect.stringMatching(/draft that nobody has signed/) });
      await signBoth();
      expect(await confirm("--until", "31 days")).toMatchObject({
        code: 2,
        err: expect.stringMatching(/30 days at most/),
      });
      const alone = ["status", "new", at("order.json"), "--key", key("signer-1"), "--out", at("x.json"), "--yes"];
      expect(await order(...alone, ...agency())).toMatchObject({
        code: 2,
        err: expect.stringMatching(/may not confirm alone/),
      });
    });

    test("what is no order", async () => {
      cpSync(key("officer-1"), at("order.json"));
      const said = await order("show", at("order.json"));
      expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/is not an order, signed or not/) });
    });

    test("a second draft in the place of the first", async () => {
      const said = await order("new", at("order.yaml"), "--out", at("order.json"));
      expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/exists already and is not overwritten/) });
    });
  });
});
