import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { z } from "zod";
import { prettyJson, writeFileWhole } from "../keys/files.ts";

const RunFile = z.strictObject({
  pid: z.number().int().positive(),
  serverUrl: z.url(),
  noticeAddress: z.url(),
  consoleOrigin: z.url(),
});
export type RunFile = z.infer<typeof RunFile>;

/** `run.json` says which process runs on a practice folder, and where. */
const nameOf = (folder: string) => join(folder, "run.json");
const patienceMs = 3_000;

/** Throws FILE_EXISTS while another run holds the folder: two would write to the same journal and databases. */
export async function refuseSecondRun(folder: string): Promise<void> {
  const other = readRunFile(folder);
  // A number alone proves nothing: after a crash it may be another program's by now.
  if (other === undefined || !isRunning(other.pid) || !(await answers(other.serverUrl))) return;
  throw new ConfigError(
    "FILE_EXISTS",
    `A practice run is going on in ${folder} already (process ${other.pid}): notice ${other.noticeAddress}, ` +
      `console ${other.consoleOrigin}. Go on there, or end it with Ctrl-C first.`,
  );
}

export function writeRunFile(folder: string, run: Omit<RunFile, "pid">): void {
  const { serverUrl, noticeAddress, consoleOrigin } = run;
  writeFileWhole(nameOf(folder), prettyJson({ pid: process.pid, serverUrl, noticeAddress, consoleOrigin }), 0o600);
}

export function removeRunFile(folder: string): void {
  rmSync(nameOf(folder), { force: true });
}

function readRunFile(folder: string): RunFile | undefined {
  const file = nameOf(folder);
  return existsSync(file) ? RunFile.safeParse(JSON.parse(readFileSync(file, "utf8"))).data : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(patienceMs) }).then(
    () => true,
    () => false,
  );
}
