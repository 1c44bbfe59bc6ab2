import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readPublicKeyFile } from "@overt/scripts/keys/key-file.ts";
import { parseHex } from "@overt/shared/bytes.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runAuthority, runOfficer } from "../../support/command-line.ts";
import { type FolderDevice, openFolderDevice } from "../../support/folder-device.ts";
import { foundAgency, openDesk, publishAgency, signOrder } from "../../support/founding.ts";
import { linesOf, matchesShown, readGuide, rewriteGuide, type Step, splitCommand } from "../../support/guide.ts";

const root = resolve(import.meta.dirname, "../../..");

/** Run with UPDATE_GUIDES=1 to write the real answers into the guides, then read what changed. */
describe("a guide's commands answer as it shows", () => {
  let folder: string;
  let device: FolderDevice | undefined;
  const home = process.cwd();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "overt-guide-"));
    device = undefined;
    process.chdir(folder);
    process.env["XDG_STATE_HOME"] = folder;
  });
  afterEach(() => {
    process.chdir(home);
    delete process.env["XDG_STATE_HOME"];
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["authority", "officer"])("docs/%s.md", async (name) => {
    const path = join(root, "docs", `${name}.md`);
    const text = readFileSync(path, "utf8");
    const answers = new Map<number, readonly string[]>();
    const steps = readGuide(text);
    expect(steps.filter(({ said }) => said !== undefined).length).toBeGreaterThan(4);
    for (const step of steps) {
      const real = await take(step);
      if (step.said === undefined || real === undefined || matchesShown(step.said, real)) continue;
      answers.set(step.line, real);
    }
    if (process.env["UPDATE_GUIDES"]) return writeFileSync(path, rewriteGuide(text, answers));
    const wrong = [...answers].map(([line, real]) => `docs/${name}.md:${line}\n${real.join("\n")}`);
    expect(wrong).toEqual([]);
  });

  async function take({ command, said }: Step): Promise<readonly string[] | undefined> {
    if (command === "agency") return void (await openAgency());
    if (command === "device: answers") return void (await answer());
    if (command.startsWith("file: ")) return void writeModel(command);
    const spoken = command
      .replace(/^run: /, "")
      .replace("PROJECT", root)
      .replace("DIGITS", () => device?.digits() ?? "");
    const [tool, ...args] = splitCommand(spoken, folder);
    const run = tool === "officer" ? runOfficer : runAuthority;
    const done = await run(...args);
    if (said === undefined && done.code !== 0) throw new Error(`${command}: ${done.err}`);
    return linesOf(done).map((line) => line.replaceAll(root, "PROJECT"));
  }

  async function openAgency(): Promise<void> {
    const desk = await openDesk(folder);
    await foundAgency(desk);
    await publishAgency(desk);
    await signOrder(desk);
  }

  async function answer(): Promise<void> {
    const officerKey = parseHex(readPublicKeyFile("officer-1.public.json").publicKey ?? "");
    const random = (n: number) => new Uint8Array(randomBytes(n));
    const where = { packFile: "enrolment.json", folder: "stick", stateFolder: join(folder, "device") };
    device ??= openFolderDevice({ ...where, officerKey, random });
    await device.answer();
  }

  function writeModel(command: string): void {
    const [, name = "", change = ""] = /^file: (\S+) from \S+, (.+)$/.exec(command) ?? [];
    const model = readFileSync(join(root, "scripts/authority/example/order.yaml"), "utf8");
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const text =
      change === "in force now" ? model.replace("2027-01-04", yesterday) : model.replace("[search]", "[serch]");
    writeFileSync(name, text);
  }
});
