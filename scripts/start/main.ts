import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { OvertError } from "@overt/shared/errors.ts";
import { chromiumAdvice, findChromium } from "../setup/chromium.ts";
import { hasDisplay, openWindow, preparePracticeBrowser } from "./browser.ts";
import { parseStartChoices, type StartChoices, startHelp } from "./choices.ts";
import { type PracticeRun, startPractice } from "./practice-run.ts";
import { practiceHosts } from "./practice-site.ts";
import { openProgress } from "./progress.ts";
import { refuseSecondRun, removeRunFile, writeRunFile } from "./run-file.ts";
import { takeTour } from "./tour.ts";

const root = resolve(import.meta.dirname, "../..");
const say = openProgress(
  (line) => console.log(line),
  () => performance.now(),
);

async function main(): Promise<void> {
  const choices = parseStartChoices(process.argv.slice(2), join(root, ".overt", "practice"));
  if (choices.help) return console.log(startHelp);
  const { folder } = choices;
  await refuseSecondRun(folder);
  if (choices.fresh) {
    say("forgetting the last run");
    rmSync(folder, { recursive: true, force: true });
  }

  say("building what a browser loads");
  const built = spawnSync(process.execPath, [join(root, "scripts/build/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("The build failed; see above.");

  const stop = buildStop(folder);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop.now(0));
  try {
    const run = await startPractice(folder, say);
    stop.add(() => run.close());
    if (!stop.asked()) await serve(run, choices, stop.add);
  } catch (error) {
    // Whoever ended it while it was starting knows why a part did not get ready.
    if (stop.asked()) return;
    console.error(describe(error));
    await stop.now(exitCodeOf(error));
  }
}

/** Ends what was added, last first, once: Ctrl-C often comes twice, from the terminal and from npm. */
function buildStop(folder: string) {
  const parts: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const end = async (code: number) => {
    say("stopping");
    for (const part of parts.toReversed()) await part();
    removeRunFile(folder);
    say("stopped");
    process.exit(code);
  };
  return {
    add: (part: () => Promise<void>) => void parts.push(part),
    asked: () => stopping !== undefined,
    now(code: number): Promise<void> {
      stopping ??= end(code);
      return stopping;
    },
  };
}

/** Tells what runs and opens the browser; returns while everything goes on. */
async function serve(run: PracticeRun, choices: StartChoices, onStop: (part: () => Promise<void>) => void) {
  const { folder } = choices;
  writeRunFile(folder, run);
  const executable = findChromium();
  const { agentState } = run;
  const browser =
    executable === undefined || !choices.browser
      ? undefined
      : preparePracticeBrowser({ executable, folder, dist: join(root, "dist"), agentState, sitePort: run.site.port });
  console.log(welcome(run, folder));
  if (browser === undefined)
    say(executable === undefined ? `${chromiumAdvice} Everything else is running.` : "no Chromium, as asked");
  else if (choices.tour || !hasDisplay()) {
    if (!choices.tour) say("there is no display here, so a script takes the tour and saves pictures");
    await takeTour({ run, browser, pictures: join(folder, "pictures"), say });
    say(`the tour has used the console's link; here is another: ${await run.makeConsoleLink()}`);
  } else {
    say("opening Chromium with the notice, the practice web and the console");
    const window = openWindow(browser, [run.noticeAddress, `http://${practiceHosts.home}/`, run.consoleLink]);
    let stopping = false;
    onStop(() => {
      stopping = true;
      return window.close();
    });
    void window.closed.then(({ failed }) => {
      if (stopping) return;
      say(
        failed
          ? `Chromium ended with an error; it says why in ${browser.log}. “npm start -- --tour” needs no display.`
          : "Chromium was closed; everything else goes on. Ctrl-C and “npm start” bring it back.",
      );
    });
  }
  offerLinks(run);
  say(`running; ${process.stdin.isTTY ? "Enter prints a new link to the console, " : ""}Ctrl-C stops it`);
}

/** A link is good once: whoever sits at the terminal gets another by pressing Enter. */
function offerLinks(run: PracticeRun): void {
  if (!process.stdin.isTTY) return;
  createInterface({ input: process.stdin }).on("line", () => {
    run.makeConsoleLink().then(say, (error: unknown) => say(describe(error)));
  });
}

function welcome(run: PracticeRun, folder: string): string {
  return `
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
`;
}

/** 2 where the reader can mend it, 1 where the program is at fault. */
function exitCodeOf(error: unknown): number {
  return error instanceof OvertError ? 2 : 1;
}

function describe(error: unknown): string {
  return `overt: ${error instanceof Error ? error.message : String(error)}`;
}

try {
  await main();
} catch (error) {
  console.error(describe(error));
  process.exit(exitCodeOf(error));
}
