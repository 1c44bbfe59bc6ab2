import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { PracticeAgency } from "@overt/scripts/start/practice/agency.ts";
import { buildNodeVerifier } from "@overt/server/crypto/verify.ts";

/** The real ingest, or the console, in a process of its own. */
export interface IngestProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resolves when the process is gone. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<number | null>;
}

export interface ProcessOptions {
  readonly agency: PracticeAgency;
  readonly data: string;
  readonly env?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, "../..");
export const strictVerify = buildNodeVerifier().verify;
export const newDataFolder = (parent: string) => mkdtempSync(join(parent, "server-"));

export function ingestEnvironment({ agency, data, env }: ProcessOptions): Record<string, string> {
  const keyFile = agency.keys.file;
  return {
    OVERT_DATA: data,
    OVERT_TUF: agency.published,
    OVERT_TUF_ROOT_SHA256: agency.rootSha256,
    OVERT_INGEST_PORT: "0",
    OVERT_RECEIPT_KEY: keyFile("server-receipt"),
    OVERT_LOG_KEY: keyFile("server-log"),
    OVERT_CONSOLE_KEY: keyFile("server-console"),
    OVERT_SESSION_KEY: keyFile("server-session"),
    OVERT_LOG: "no",
    // A start costs a third less where the compiled modules are kept.
    NODE_COMPILE_CACHE: join(root, ".overt", "test", "compiled"),
    ...env,
  };
}

/** Starts `server/src/main.ts ingest`; rejects with what it said where it ends before it listens. */
export function startIngestProcess(options: ProcessOptions): Promise<IngestProcess> {
  return startProcess("ingest", options);
}

/** Starts `server/src/main.ts console` over the same data, on this port. */
export function startConsoleProcess(options: ProcessOptions, port: number): Promise<IngestProcess> {
  return startProcess("console", { ...options, env: { ...options.env, OVERT_CONSOLE_PORT: String(port) } });
}

async function startProcess(part: "ingest" | "console", options: ProcessOptions): Promise<IngestProcess> {
  const child = spawn(process.execPath, [join(root, "server/src/main.ts"), part], {
    env: ingestEnvironment(options),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      const found = new RegExp(`^${part} listens on (\\S+)$`).exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(([code]) => reject(new Error(`${part} ended with ${code}: ${said}`)));
  });
  return {
    url,
    child,
    async kill(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}
