import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runAuthority, type Said } from "./command-line.ts";

/** A founder's desk: every key of an agency in files of one folder, and the commands that work on them. */
export interface Desk {
  readonly folder: string;
  readonly workspace: string;
  readonly published: string;
  at(name: string): string;
  secret(name: string): string;
  open(...names: string[]): string[];
  tuf(...args: string[]): Promise<Said>;
  sign(name: string, ...more: string[]): Promise<Said>;
  /** Makes one key more. */
  makeKey(role: string, name: string, ...more: string[]): Promise<Said>;
}

const names = (role: string, count: number) => Array.from({ length: count }, (_, n) => `${role}-${n + 1}`);
export const rootKeys = names("root", 5);
export const targetsKeys = names("targets", 3);

/** Every command must succeed, or the test that leans on it means nothing. */
export async function good(said: Promise<Said>): Promise<Said> {
  const done = await said;
  if (done.code !== 0) throw new Error(`the command ended with ${done.code}: ${done.err}`);
  return done;
}

/** Makes all keys and rosters by the commands. */
export async function openDesk(folder: string): Promise<Desk> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const desk: Desk = {
    folder,
    workspace: at("agency"),
    published: at("agency/published"),
    at,
    secret: (name) => at(`${name}.key.json`),
    open: (...all) => all.map((name) => at(`${name}.public.json`)),
    tuf: (command, ...args) => runAuthority("tuf", command as string, ...args),
    sign: (name, ...more) => desk.tuf("sign", desk.workspace, "--key", desk.secret(name), "--yes", ...more),
    makeKey: (role, name, ...more) => good(runAuthority("keys", "new", role, "--name", name, "--out", folder, ...more)),
  };
  const servers = ["server-receipt", "server-log", "server-console"];
  for (const name of [...rootKeys, ...targetsKeys, ...names("order-signer", 2)]) {
    await desk.makeKey(name.replace(/-[0-9]+$/, ""), name);
  }
  for (const role of ["snapshot", "timestamp", "status-signer", "server-session", "recovery", ...servers]) {
    await desk.makeKey(role, role);
  }
  await desk.makeKey("officer", "officer-1");
  await desk.makeKey("reviewer", "reviewer-1", "--group", "team-a");
  const add = (roster: string, ...args: string[]) => good(runAuthority("roster", "add", at(roster), ...args));
  await add(
    "order-signers.json",
    ...desk.open("order-signer-1", "order-signer-2", "status-signer"),
    "--threshold",
    "2",
  );
  await add("officers.json", ...desk.open("officer-1"));
  await add("servers.json", ...desk.open(...servers), "--log-origin", "overt.example.org/log");
  await add("reviewers.json", ...desk.open("reviewer-1", "recovery"));
  return desk;
}

/** Founds, signs by the least number of holders, takes in rosters. */
export async function foundAgency(desk: Desk, ...more: string[]): Promise<void> {
  const keys = desk.open(...rootKeys, ...targetsKeys, "snapshot", "timestamp");
  await good(desk.tuf("found", desk.workspace, ...keys, "--agency", "northshire-police", ...more));
  for (const name of rootKeys.slice(0, 3)) await good(desk.sign(name));
  const rosters = ["order-signers.json", "officers.json", "servers.json", "reviewers.json"].map(desk.at);
  await good(desk.tuf("add", desk.workspace, ...rosters));
}

/** Two targets keys, the snapshot, the folder, the timestamp. */
export async function publishAgency(desk: Desk, by: readonly string[] = targetsKeys.slice(0, 2)): Promise<void> {
  for (const name of [...by, "snapshot"]) await good(desk.sign(name));
  await good(desk.tuf("publish", desk.workspace));
  await good(desk.tuf("timestamp", desk.published, "--key", desk.secret("timestamp")));
}

const model = join(import.meta.dirname, "../../scripts/authority/example/order.yaml");

/** An order that has begun, signed by two, and its confirmation: `order.json` and `status.json`. */
export async function signOrder(desk: Desk): Promise<void> {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const yaml = readFileSync(model, "utf8").replace("2027-01-04", yesterday).replace("2029-01-04", "2034-01-04");
  writeFileSync(desk.at("order.yaml"), yaml);
  const order = desk.at("order.json");
  await good(runAuthority("order", "new", desk.at("order.yaml"), "--out", order));
  for (const name of ["order-signer-1", "order-signer-2"]) {
    await good(runAuthority("order", "sign", order, "--key", desk.secret(name), "--yes"));
  }
  const status = ["--key", desk.secret("status-signer"), "--out", desk.at("status.json"), "--yes"];
  await good(runAuthority("order", "status", "new", order, ...status));
}
