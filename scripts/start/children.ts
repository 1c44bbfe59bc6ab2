import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** The processes that `npm start` runs; they end with it, also when it is killed. */
export interface Children {
  /**
   * Starts a script under this Node; its output goes to `<folder>/<name>.log`. Resolves with what `ready` makes of the
   * first line that it accepts.
   */
  start<T>(name: string, command: Command, ready: (line: string) => T | undefined): Promise<T>;
  /** Ends all, last started first, and waits for them. Asking again waits for the same end. */
  stop(): Promise<void>;
}

export interface Command {
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const patienceMs = 60_000;
const graceMs = 8_000;
const tether = pathToFileURL(join(import.meta.dirname, "tether.ts")).href;

export function openChildren(folder: string, onUnexpectedEnd: (name: string, log: string) => void): Children {
  mkdirSync(folder, { recursive: true });
  const running: { name: string; child: ChildProcess }[] = [];
  let stopping: Promise<void> | undefined;

  return {
    start(name, command, ready) {
      const log = join(folder, `${name}.log`);
      const sink = createWriteStream(log, { mode: 0o600 });
      const child = spawn(process.execPath, ["--import", tether, command.script, ...command.args], {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...command.env },
        // Ctrl-C reaches the whole process group; this process ends its children itself, in order.
        detached: process.platform !== "win32",
      });
      running.push({ name, child });
      child.stderr?.pipe(sink, { end: false });
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} did not get ready. Its log: ${log}`)), patienceMs);
        let settled = false;
        const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
        lines.on("line", (line) => {
          sink.write(`${line}\n`);
          const value = settled ? undefined : ready(line);
          if (value === undefined) return;
          settled = true;
          clearTimeout(timer);
          resolve(value);
        });
        child.once("error", reject);
        child.once("exit", () => {
          clearTimeout(timer);
          if (!settled) reject(new Error(`${name} ended at once. Its log: ${log}`));
          else if (stopping === undefined) onUnexpectedEnd(name, log);
        });
      });
    },
    stop() {
      stopping ??= endAll(running.map(({ child }) => child));
      return stopping;
    },
  };
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children.toReversed()) await endChild(child);
}

/** Asks a process to end, waits for it, and ends it for it where it takes too long. */
export async function endChild(
  child: ChildProcess,
  kill: (signal: NodeJS.Signals) => void = (s) => void child.kill(s),
) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}
