import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkBundle } from "@overt/scripts/authority/rules/check.ts";
import { testExamples } from "@overt/scripts/authority/rules/examples.ts";
import { buildValidateProgram } from "@overt/scripts/validate/program.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runAuthority, runHere } from "../../../support/command-line.ts";
import { linesOf, matchesShown, readGuide, rewriteGuide, splitCommand } from "../../../support/guide.ts";
import { head } from "./support.ts";

const root = resolve(import.meta.dirname, "../../../..");
const path = join(root, "docs", "rules.md");
const guide = readFileSync(path, "utf8");
const folder = mkdtempSync(join(tmpdir(), "overt-rules-guide-"));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const snippets = [...guide.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  (found, at) => [at + 1, found[1] ?? ""] as const,
);

describe("the guide for rule authors", () => {
  test("has snippets to read", () => expect(snippets.length).toBeGreaterThanOrEqual(5));

  test.each(snippets)(
    "its piece of YAML number %i is a bundle without errors or advice, and does what it says",
    (at, text) => {
      const file = join(folder, `snippet-${at}.yaml`);
      const rules = text.replace(/^/gm, "  ");
      writeFileSync(file, text.startsWith("bundle:") ? text : `${head}rules:\n${rules}`);
      const { bundle, problems } = checkBundle(file);
      expect(problems.map(({ message }) => message)).toEqual([]);
      expect(bundle && testExamples(bundle).filter((one) => !one.passed)).toEqual([]);
    },
  );

  /** Run with UPDATE_GUIDES=1 to write the real answers into the guide, then read what changed. */
  test("its commands answer as it shows", async () => {
    const answers = new Map<number, readonly string[]>();
    const steps = readGuide(guide);
    expect(steps.filter(({ said }) => said !== undefined).length).toBeGreaterThanOrEqual(7);
    for (const step of steps) {
      if (step.said === undefined) prepare(step.command);
      else {
        const real = await answer(step.command);
        if (!matchesShown(step.said, real)) answers.set(step.line, real);
      }
    }
    if (process.env["UPDATE_GUIDES"]) return writeFileSync(path, rewriteGuide(guide, answers));
    expect([...answers].map(([line, real]) => `docs/rules.md:${line}\n${real.join("\n")}`)).toEqual([]);
  });

  test("names no picture that is not there", () => {
    for (const [, picture = ""] of guide.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
      expect(readFileSync(join(root, "docs", picture)).length).toBeGreaterThan(1_000);
    }
  });
});

/** What an author would do between two commands. */
function prepare(command: string): void {
  const [, verb = "", rest = ""] = /^(\w+): (.*)$/.exec(command) ?? [];
  const [name = "", from = "", to = ""] = rest.split(" ~ ");
  if (verb === "copy") cpSync(join(root, "scripts", "authority", "example"), name, { recursive: true });
  else if (verb === "lines") writeFileSync(name, `${from.split("; ").join("\n")}\n`);
  else if (verb === "wrong") writeFileSync(name, wrong);
  else if (verb === "edit") {
    const before = readFileSync(name, "utf8");
    expect(before).toContain(from);
    writeFileSync(name, before.replace(from, to));
  } else throw new Error(`the guide says ${command}`);
}

const wrong = `bundle: wrong
version: 1
issued: 2026-11-01
expires: 1 year
rules:
  - rule: dating-sites
    signal: navigation
    catgory: dating
    severity: critical
    cooldown: 30
    reason: why
    known-failures: none known
    hosts: ["https://Pairwise.example/profiles"]
    examples: { match: ["https://pairwise.example/"], no-match: ["https://example.test/"] }
`;

async function answer(command: string): Promise<string[]> {
  const validate = /^npm run validate -- (.*)$/.exec(command)?.[1];
  const [, ...args] = splitCommand(command, folder);
  const done =
    validate === undefined
      ? await runAuthority(...args)
      : await runHere(buildValidateProgram(), splitCommand(validate, folder));
  // How long it took is nobody's business here.
  return linesOf({ ...done, err: "" }).map((line) => line.replaceAll(root, "PROJECT"));
}
