import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { publishWorkspace, signTimestamp } from "@overt/scripts/authority/tuf/publish.ts";
import { addTarget, signRole } from "@overt/scripts/authority/tuf/workspace.ts";
import { practiceRules } from "@overt/scripts/start/practice/rules.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { envelopeHash } from "@overt/shared/crypto/envelope.ts";
import { CoverageEvent } from "@overt/shared/protocol/event.ts";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { requireWholeChain } from "../support/agent-journal.ts";
import { enrol, eventually, openWorld, type World, wall } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";
import { openSimulatedBrowser, type SimulatedBrowser } from "../support/simulated-browser.ts";

const runs = Number(process.env["CHAOS_RUNS"] ?? 20);
const cli = join(import.meta.dirname, "..", "..", "agent", "src", "cli.ts");
const sites = 10;

/** The practice rules, on ten sites, with room for a thousand alerts a day each. */
function publishRules({ agency, folder }: World): void {
  const workspace = join(folder, "agency", "tuf-workspace");
  const now = wall();
  const base = practiceRules(2, now);
  const [first] = base.rules;
  const rules = Array.from({ length: sites }, (_, i) => ({
    ...first,
    ruleId: `practice-site-${i}`,
    budgetPerDay: 1_000,
    hosts: { names: [`site-${i}.practice.example`], lists: [] },
  }));
  addTarget(workspace, "rules/practice.json", canonicalBytes({ ...base, rules }), { now });
  for (const role of ["targets-1", "targets-2"]) signRole(workspace, "targets", agency.keys.signing(role), now);
  signRole(workspace, "snapshot", agency.keys.signing("snapshot-1"), now);
  publishWorkspace(workspace, agency.published);
  signTimestamp(agency.published, agency.keys.signing("timestamp-1"), now);
}

function run(world: World): { child: ChildProcess; ended: Promise<void>; output: () => string } {
  const child = spawn(process.execPath, [cli, "run", "--state", world.stateFolder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, ended: new Promise((done) => child.once("exit", () => done())), output: () => output };
}

async function connect(world: World, alive: () => boolean): Promise<SimulatedBrowser | undefined> {
  for (let tries = 0; tries < 400 && alive(); tries++) {
    const browser = await openSimulatedBrowser(world.stateFolder).catch(() => undefined);
    if (browser !== undefined) return browser;
    await pause(25);
  }
  return undefined;
}
const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** What the journal's file holds after a kill, as another program reads it. */
function readCommitted(world: World): Map<number, string> {
  const path = join(world.stateFolder, "journal", "journal.db");
  if (!existsSync(path)) return new Map();
  const db = new Database(path, { readonly: true });
  try {
    const rows = db.prepare<[], { seq: number; hash: string }>("SELECT seq, hash FROM records ORDER BY seq").all();
    return new Map(rows.map((row) => [row.seq, row.hash]));
  } finally {
    db.close();
  }
}

test(
  `killed ${runs} times at any moment: no committed event and no coverage is lost or doubled, and the chain is whole`,
  async () => {
    const world = await openWorld();
    publishRules(world);
    const enrolling = await world.start();
    await enrol(world, enrolling);
    await enrolling.close();

    const committed = new Map<number, string>();
    let visits = 0;
    for (let turn = 0; turn < runs; turn++) {
      const { child, ended, output } = run(world);
      let alive = true;
      void ended.then(() => {
        alive = false;
      });
      if (turn % 4 === 3) {
        await pause(Math.random() * 2_500);
      } else {
        const browser = await connect(world, () => alive);
        await eventually(() => browser?.messages.some((one) => one.type === "status" && one.state === "on"), 60).catch(
          () => {
            throw new Error(`the agent did not come on: ${output()}`);
          },
        );
        const until = performance.now() + Math.random() * 600;
        while (performance.now() < until) {
          browser?.visit(
            `http://site-${visits % sites}.practice.example/?visit=${visits}`,
            "user-navigation",
            visits++,
          );
          await pause(Math.random() * 15);
        }
        child.kill("SIGKILL");
        browser?.close();
      }
      child.kill("SIGKILL");
      await ended;
      const now = readCommitted(world);
      for (const [seq, hash] of committed) expect(now.get(seq), `record ${seq} after kill ${turn}`).toBe(hash);
      for (const [seq, hash] of now) committed.set(seq, hash);
    }

    const last = await world.start();
    await eventually(() => last.source.status().ruleSet !== undefined && last.source.status().waiting === 0, 120);
    const { taken, enrolled } = world.ingest;
    const ackHash = envelopeHash(
      (enrolled[0] as { acknowledgement: Parameters<typeof envelopeHash>[0] }).acknowledgement,
    );
    requireWholeChain(taken, ackHash);
    const arrived = new Map(taken.map((one) => [one.seq, one.hash]));
    expect(arrived.size).toBe(taken.length);
    for (const [seq, hash] of committed) expect(arrived.get(seq)).toBe(hash);

    const sent = last.source.records(undefined, 200).filter((one) => one.evidence.length > 0);
    const seen = sent.map((one) => one.evidence.map((level) => ("url" in level ? level.url : "")).join(""));
    expect(new Set(seen).size).toBe(seen.length);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every((one) => one.receipt !== undefined)).toBe(true);

    // No kill took a second from the account of what could be seen, nor told one twice.
    const until = last.source.status().now;
    await last.stop();
    const events = taken.map(({ envelope }) => readPayload(envelope)).filter((event) => event["kind"] === "coverage");
    const intervals = events.flatMap((event) => CoverageEvent.parse(event).intervals);
    for (const [i, one] of intervals.entries()) if (i > 0) expect(one.from).toBe(intervals[i - 1]?.to);
    expect(intervals.at(-1)?.to).toBeGreaterThan(until - 10);
    expect(intervals.some((one) => one.reason === "sensor-unavailable")).toBe(true);
  },
  Math.max(300_000, runs * 15_000),
);
