import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import { z } from "zod";

const path = z.string().min(1).max(4096);

/** What the installer wrote, so that removal undoes exactly that. Folders are those it made, outermost first. */
export const InstallReceipt = z.strictObject({
  v: z.literal(1),
  files: z.array(z.strictObject({ path, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).max(1_000),
  keys: z.array(z.strictObject({ key: path, value: path })).max(100),
  folders: z.array(path).max(1_000),
});
export type InstallReceipt = z.infer<typeof InstallReceipt>;

/** The receipt in this file, or undefined where there is none; throws BAD_CONFIG where it cannot be read as one. */
export function findReceipt(file: string): InstallReceipt | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return InstallReceipt.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new ConfigError("BAD_CONFIG", "The record of what the browser installation wrote is damaged.", { cause });
  }
}

export function writeReceipt(file: string, receipt: InstallReceipt): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(receipt, undefined, 2)}\n`, { mode: 0o600 });
}
