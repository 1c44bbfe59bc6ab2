import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRuleBooks } from "@overt/agent/core/rule-books.ts";
import type { VerifiedTargets } from "@overt/agent/core/verified-targets.ts";
import { openFileForms } from "@overt/agent/platform/forms/file-forms.ts";
import { openPublishedLists } from "@overt/agent/platform/tuf/published-lists.ts";
import { addTarget } from "@overt/scripts/authority/tuf/workspace.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import type { CompiledForm } from "@overt/shared/rules/compiled-form.ts";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTufAgency, openTestKeeper, type TufAgency, t0 } from "../support/tuf-agency.ts";
import { hostsRule, noon, rule, ruleSet, termsRule, title, visit } from "../unit/shared/rules/support.ts";

const key = new Uint8Array(32).fill(7);
const seen = [
  visit("https://www.named.test/"),
  visit("https://shop.test/rare/thing?x=1"),
  title("a r.e.d. balloon"),
  visit("https://other.test/"),
];

let agency: TufAgency;
beforeEach(() => {
  agency = makeTufAgency();
});
afterEach(() => agency.close());

/** Publishes a rule set; a later one also names `other.test`. */
async function publish(version: number): Promise<VerifiedTargets> {
  const rules = [
    hostsRule("hosts", version === 1 ? ["named.test"] : ["named.test", "other.test"]),
    rule("paths", { signal: "navigation", paths: ["shop.test/rare/*", "*/*-words-in-a-path*"] }),
    termsRule("terms", { any: [{ text: "red", spaced: true }, { text: "blue" }] }),
  ];
  const set = ruleSet(rules, { version, issuedAt: t0, expires: t0 + 86_400 });
  addTarget(agency.workspace, "rules/main.json", canonicalBytes(set), { now: t0 + version });
  agency.publish(t0 + version);
  const outcome = await openTestKeeper(agency).refresh(t0 + version);
  if (outcome.kind !== "updated") throw new Error(outcome.kind);
  return outcome.targets;
}

const folder = () => join(agency.base, "forms");
const formPath = () => join(folder(), "main.form");

/** A start of the agent on these files: what its rules say, and whether they were compiled anew. */
function start(targets: VerifiedTargets, options: { key?: Uint8Array; program?: string } = {}) {
  let compiled = false;
  const forms = openFileForms({ folder: folder(), key, program: "this program", ...options });
  const books = openRuleBooks(openPublishedLists, () => undefined, forms);
  books.take({
    ...targets,
    findDocument: (...args) => {
      compiled = true;
      return targets.findDocument(...args);
    },
  });
  const [engine] = books.inForce(t0 + 100);
  return { compiled, answers: seen.map((one) => engine?.match(one, noon)) };
}

test("a later start opens what the first kept, and answers and means the same", async () => {
  const targets = await publish(1);
  const first = start(targets);
  expect(first.compiled).toBe(true);
  expect(first.answers.map((found) => found?.map((match) => match.rule.ruleId))).toEqual([
    ["hosts"],
    ["paths"],
    ["terms"],
    [],
  ]);
  const second = start(targets);
  expect(second.compiled).toBe(false);
  expect(second.answers).toEqual(first.answers);
});

test("another rule set, program or key is compiled anew, and its form takes the place of the other", async () => {
  const old = await publish(1);
  start(old);
  const targets = await publish(2);
  const swapped = start(targets);
  expect(swapped.compiled).toBe(true);
  expect(swapped.answers.at(-1)).toHaveLength(1);
  expect(start(targets).compiled).toBe(false);
  expect(start(targets, { program: "another program" }).compiled).toBe(true);
  expect(start(targets).compiled).toBe(true);
  expect(start(targets, { key: new Uint8Array(32) }).compiled).toBe(true);
  expect(readdirSync(folder())).toEqual(["main.form"]);
});

test("a bundle that is published no longer leaves nothing behind", async () => {
  const targets = await publish(1);
  start(targets);
  start({ ...targets, names: [] });
  expect(readdirSync(folder())).toEqual([]);
});

test("whatever became of the file, the answers are those of the signed rule set and it is written afresh", async () => {
  const targets = await publish(1);
  const expected = start(targets).answers;
  const whole = readFileSync(formPath());
  const damage = fc.oneof(
    fc.tuple(fc.nat(whole.length - 1), fc.nat(7)).map(([at, bit]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ (1 << bit);
      return bytes;
    }),
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 100 }).map((more) => Buffer.concat([whole, more])),
    fc.uint8Array({ maxLength: 300 }),
  );
  fc.assert(
    fc.property(damage, (bytes) => {
      writeFileSync(formPath(), bytes);
      const after = start(targets);
      expect(after.compiled).toBe(true);
      expect(after.answers).toEqual(expected);
      expect(start(targets).compiled).toBe(false);
    }),
    { numRuns: Math.ceil(Number(process.env["PROPERTY_RUNS"] ?? 10_000) / 200) },
  );
});

test("a form that this device vouched for and that is none is compiled anew, and replaced", async () => {
  const targets = await publish(1);
  const expected = start(targets).answers;
  const bytes = targets.findBytes("rules/main.json");
  if (bytes === undefined) throw new Error("the rule set is published");
  const forms = openFileForms({ folder: folder(), key, program: "this program" });
  for (const form of [{}, { unicode: {}, destinations: {}, terms: {} }, undefined, "no form"]) {
    forms.keep("rules/main.json", bytes, form as unknown as CompiledForm);
    const after = start(targets);
    expect(after).toEqual({ compiled: true, answers: expected });
    expect(start(targets).compiled).toBe(false);
  }
});

test("where nothing can be written, the rules run all the same", async () => {
  const targets = await publish(1);
  writeFileSync(folder(), "a file where the folder should be");
  expect(start(targets).answers[0]).toHaveLength(1);
  expect(start(targets).compiled).toBe(true);
});
