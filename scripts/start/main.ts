import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromiumAdvice, findChromium } from "../setup/chromium.ts";
import { hasDisplay, openWindow, preparePracticeBrowser } from "./browser.ts";
import { type PracticeRun, startPractice } from "./practice-run.ts";
import { practiceHosts } from "./practice-site.ts";
import { takeTour } from "./tour.ts";

const help = `npm start [-- options]    a practice run of the whole product on this machine
  --fresh          start over: forget the last run
  --tour           a script takes the place of the person and of the reviewer, and saves pictures
  --no-browser     start everything but Chromium
  --folder <dir>   where the run keeps its files (default .overt/practice)
  --help           this text
Everything is fictitious and stays on loopback. Ctrl-C stops it; a second start carries on.`;

const root = resolve(import.meta.dirname, "../..");
const say = (line: string) => console.log(`overt: ${line}`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fresh: { type: "boolean" },
      tour: { type: "boolean" },
      "no-browser": { type: "boolean" },
      folder: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(help);
  const folder = resolve(values.folder ?? join(root, ".overt", "practice"));
  if (values.fresh) rmSync(folder, { recursive: true, force: true });

  say("building what a browser loads");
  const built = spawnSync(process.execPath, [join(root, "scripts/build/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("The build failed; see above.");

  const run = await startPractice(folder, say);
  try {
    await serve(run, folder, values);
  } catch (error) {
    await run.close();
    throw error;
  }
}

interface Choices {
  readonly tour?: boolean | undefined;
  readonly "no-browser"?: boolean | undefined;
}

/** Tells what runs and opens the browser; returns while everything goes on. */
async function serve(run: PracticeRun, folder: string, values: Choices): Promise<void> {
  let stopping = false;
  const stop = async (code: number): Promise<never> => {
    if (!stopping) {
      stopping = true;
      say("stopping");
      await run.close();
    }
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));
  const info = { ...run, pid: process.pid };
  writeFileSync(join(folder, "run.json"), JSON.stringify(info, undefined, 2), { mode: 0o600 });

  const executable = findChromium();
  const browser =
    executable === undefined
      ? undefined
      : preparePracticeBrowser({
          executable,
          folder,
          dist: join(root, "dist"),
          agentState: run.agentState,
          sitePort: run.sitePort,
        });
  const touring = values.tour === true || (browser !== undefined && values["no-browser"] !== true && !hasDisplay());

  console.log(`
  PRACTICE – a fictitious case, on this machine only

  Notice for the person   ${run.noticeAddress}
  Console for reviewers   ${run.consoleLink}
  Practice web            http://${practiceHosts.home}/ (in the Chromium that this starts)
  Files and logs          ${folder}

  What to try
    1  Read the notice, screen by screen, and give the answer. The practice officer countersigns; the digits appear here.
    2  Visit Lantern Chat from the practice web and stay for two seconds.
    3  Open the console: claim the alert, open the evidence step by step, decide, and say something to the person.
    4  Back in the notice: “What was sent” shows who looked and what was decided.
  Ctrl-C stops everything. “npm start -- --fresh” starts over.
`);
  if (browser === undefined) say(`${chromiumAdvice} Everything else is running.`);
  else if (touring) {
    if (values.tour !== true) say("there is no display here, so a script takes the tour and saves pictures");
    await takeTour({ run, browser, pictures: join(folder, "pictures"), say });
  } else if (values["no-browser"] !== true) {
    openWindow(browser, [run.noticeAddress, `http://${practiceHosts.home}/`, run.consoleLink]);
  }
  say("running; Ctrl-C stops it");
}

try {
  await main();
} catch (error) {
  console.error(`overt: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
