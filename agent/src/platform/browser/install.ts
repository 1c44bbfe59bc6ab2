import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { InstallPlan, PlannedFile } from "./plan.ts";
import { findReceipt, type InstallReceipt, writeReceipt } from "./receipt.ts";
import type { Registry } from "./registry.ts";

export interface InstallOptions {
  readonly plan: InstallPlan;
  /** Where the record of what was written is kept. */
  readonly receiptFile: string;
  /** Needed where the plan holds registry keys. */
  readonly registry?: Registry;
}

/**
 * Writes what the plan names and records it. Running it again brings its own files up to date. Throws FILE_EXISTS,
 * before anything is written, where a file of someone else stands in the way; the record is written ahead of each
 * the files, so that a removal after a crash finds everything.
 */
export function installBrowserFiles(options: InstallOptions): InstallReceipt {
  const { plan, receiptFile, registry } = options;
  const before = findReceipt(receiptFile) ?? { v: 1, files: [], keys: [], folders: [] };
  for (const file of plan.files) requireOwn(file, before);
  if (plan.keys.length > 0 && !registry) throw new ConfigError("BAD_CONFIG", "This plan needs the Windows registry.");
  const written = plan.files.map((file) => ({ path: file.path, sha256: sha256(file.content) }));
  const others = before.files.filter((old) => !written.some((file) => file.path === old.path));
  const receipt: InstallReceipt = {
    v: 1,
    files: [...others, ...written],
    keys: [...before.keys.filter((old) => !plan.keys.some((key) => key.key === old.key)), ...plan.keys],
    folders: [...before.folders, ...plan.files.flatMap((file) => missingFolders(file.path))].filter(isFirst),
  };
  // Until all is written a file may still hold what an earlier run put there.
  writeReceipt(receiptFile, { ...receipt, files: [...before.files, ...written] });
  for (const file of plan.files) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.content, { mode: file.mode });
    chmodSync(file.path, file.mode);
  }
  for (const key of plan.keys) registry?.set(key);
  writeReceipt(receiptFile, receipt);
  return receipt;
}

export interface RemovalReport {
  readonly removed: readonly string[];
  /** Files that were changed since they were written; they are left where they are, for someone to look at. */
  readonly changed: readonly string[];
}

/** Undoes what the record names, and the record with it. Nothing happens where there is no record. */
export function removeBrowserFiles(receiptFile: string, registry?: Registry): RemovalReport {
  const receipt = findReceipt(receiptFile);
  const removed: string[] = [];
  const changed: string[] = [];
  if (!receipt) return { removed, changed };
  for (const path of receipt.files.map((file) => file.path).filter(isFirst)) {
    if (!existsSync(path)) continue;
    if (isRecorded(path, receipt)) {
      rmSync(path);
      removed.push(path);
    } else {
      changed.push(path);
    }
  }
  for (const key of receipt.keys) registry?.remove(key);
  for (const folder of receipt.folders.toReversed()) removeEmptyFolder(folder);
  rmSync(receiptFile);
  return { removed, changed };
}

function requireOwn(file: PlannedFile, receipt: InstallReceipt): void {
  if (!existsSync(file.path) || isRecorded(file.path, receipt)) return;
  if (sha256(readFileSync(file.path)) === sha256(file.content)) return;
  throw new ConfigError("FILE_EXISTS", `A file that was not written by this program stands in the way: ${file.path}`);
}

/** Whether the file still holds what the record says was written there. */
function isRecorded(path: string, receipt: InstallReceipt): boolean {
  const found = sha256(readFileSync(path));
  return receipt.files.some((file) => file.path === path && file.sha256 === found);
}

function missingFolders(path: string): string[] {
  const folder = dirname(path);
  return folder === path || existsSync(folder) ? [] : [...missingFolders(folder), folder];
}

function isFirst(value: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(value) === at;
}

function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Someone else has put something into it since, or it has gone already: it is not ours to remove.
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
