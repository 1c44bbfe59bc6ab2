import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The processes that `npm start` runs; they end with it. */
export interface Children {
  /** Starts a program under this Node; its output goes to `<folder>/<name>.log`. Resolves with the first line that `ready` accepts. */
  start<T>(name: string, command: Command, ready: (line: string) => T | undefined): Promise<T>;
  /** Ends all, last started first, and waits for them. */
  stop(): Promise<void>;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const patienceMs = 60_000;
const graceMs = 8_000;

export function openChildren(folder: string, onUnexpectedEnd: (name: string, log: string) => void): Children {
  mkdirSync(folder, { recursive: true });
  const running: { name: string; child: ChildProcess }[] = [];
  let stopping = false;

  return {
    start(name, command, ready) {
      const log = join(folder, `${name}.log`);
      const sink = createWriteStream(log, { mode: 0o600 });
      const child = spawn(command.file, command.args, {
        stdio: ["ignore", "pipe", "pipe"],
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
          else if (!stopping) onUnexpectedEnd(name, log);
        });
      });
    },
    async stop() {
      stopping = true;
      for (const { child } of running.toReversed()) await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}
