import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildAuthorityProgram } from "@overt/scripts/authority/program.ts";
import { runProgram } from "@overt/scripts/cli/run-program.ts";
import { buildOfficerProgram } from "@overt/scripts/officer/program.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const root = join(import.meta.dirname, "../..");

/** One invocation in this process, as a user at a terminal without one would see it. */
export async function runHere(program: Parameters<typeof runProgram>[0], args: readonly string[]): Promise<Said> {
  const before = { out: process.stdout.write, err: process.stderr.write, code: process.exitCode };
  const said = { out: "", err: "" };
  const catchInto = (into: "out" | "err") => (chunk: string | Uint8Array) => {
    said[into] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  };
  process.stdout.write = catchInto("out") as typeof process.stdout.write;
  process.stderr.write = catchInto("err") as typeof process.stderr.write;
  process.exitCode = undefined;
  try {
    await runProgram(program, args);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    process.stdout.write = before.out;
    process.stderr.write = before.err;
    process.exitCode = before.code;
  }
}

export const runAuthority = (...args: string[]): Promise<Said> => runHere(buildAuthorityProgram(), args);

/** One invocation in a process of its own, with what is typed into it. */
export function runScript(
  script: "authority" | "officer",
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
): Promise<Said> {
  const child = spawn(process.execPath, [join(root, "scripts", script, "main.ts"), ...args], {
    cwd: options.cwd ?? root,
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.out += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.err += chunk.toString("utf8");
  });
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...said }));
  });
}

export const runOfficer = (...args: string[]): Promise<Said> => runHere(buildOfficerProgram(), args);
