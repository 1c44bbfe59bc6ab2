import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenNotice, type RunningAgent, startAgent } from "@overt/agent/main.ts";
import { openPracticeAgency, type PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { onTestFinished } from "vitest";
import { scratchFolder } from "./agent-journal.ts";
import { type FakeIngest, openFakeIngest } from "./fake-ingest.ts";
import { openSimulatedBrowser, type SimulatedBrowser } from "./simulated-browser.ts";

export const wall = () => Math.floor(Date.now() / 1_000);
export const silentNotice: OpenNotice = async () => ({ url: "http://127.0.0.1:1/", close: async () => undefined });

/** Asks until it holds; the condition's own error, or its last answer, after too long. */
export async function eventually<T>(look: () => T | undefined | false, seconds = 20): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error("it did not come about in time");
    await new Promise((done) => setTimeout(done, 20));
  }
}

export interface World {
  readonly folder: string;
  readonly agency: PracticeAgency;
  readonly ingest: FakeIngest;
  readonly stateFolder: string;
  /** Requests to this address reach the server in memory too. */
  alias: string | undefined;
  /** What the system says of the screen. */
  screenLocked: boolean;
  start(): Promise<RunningAgent>;
}

let founded: string | undefined;

/** A copy of the one practice agency of this test file: founding one signs for a second and more. */
function openOwnAgency(folder: string): PracticeAgency {
  const random = (n: number) => new Uint8Array(randomBytes(n));
  if (founded === undefined) {
    founded = mkdtempSync(join(tmpdir(), "overt-founded-"));
    openPracticeAgency({ folder: founded, now: wall(), random });
    process.once("exit", () => founded && rmSync(founded, { recursive: true, force: true }));
  }
  cpSync(founded, folder, { recursive: true });
  return openPracticeAgency({ folder, now: wall(), random });
}

/** A practice agency, its server in memory, and an empty device. */
export async function openWorld(): Promise<World> {
  const folder = scratchFolder();
  const agency = openOwnAgency(join(folder, "agency"));
  const ingest = await openFakeIngest(agency, wall);
  onTestFinished(() => ingest.close());
  const stateFolder = join(folder, "device");
  const world: World = {
    folder,
    agency,
    ingest,
    stateFolder,
    alias: undefined,
    screenLocked: false,
    async start() {
      const running = await startAgent({
        fetch: (input, init) => {
          const { alias } = world;
          return fetch(alias === undefined ? input : String(input).replace(alias, ingest.url), init);
        },
        stateFolder,
        openNotice: silentNotice,
        isScreenLocked: async () => world.screenLocked,
        onFault: (error) => console.error(error),
      });
      onTestFinished(() => running.close());
      return running;
    },
  };
  return world;
}

export const answerYes = {
  outcome: "acknowledged",
  language: "en",
  copyGiven: true,
  screens: [{ id: "about", sha256: "aa".repeat(32), seconds: 12 }],
  noticeSha256: noticeText("en").sha256,
} as const;

/** The person reads and agrees, the officer compares and countersigns. */
export async function enrol(world: World, running: RunningAgent): Promise<void> {
  const { enrolment } = running.source;
  await enrolment.bring({ pack: JSON.stringify(world.ingest.pack) });
  await enrolment.answer(answerYes);
  let officerCode: string | undefined;
  await eventually(() => {
    officerCode ??= world.ingest.officerStep();
    const view = enrolment.view();
    if (view.step === "compare" && officerCode !== undefined && view.code !== officerCode)
      throw new Error("the codes differ");
    return view.step === "done";
  });
  await eventually(
    () => running.source.status().state !== "enrolling" && running.source.status().ruleSet !== undefined,
  );
}

/** Connects a browser whose badge is in view, and waits until monitoring is on. */
export async function connectBrowser(world: World, running: RunningAgent): Promise<SimulatedBrowser> {
  const browser = await openSimulatedBrowser(world.stateFolder);
  onTestFinished(() => browser.close());
  await eventually(() => running.source.status().state === "on");
  return browser;
}
