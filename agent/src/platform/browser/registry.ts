import { spawnSync } from "node:child_process";
import { ConfigError } from "@overt/shared/errors.ts";
import type { PlannedKey } from "./plan.ts";

/** The Windows registry, as far as native hosts need it. */
export interface Registry {
  set(key: PlannedKey): void;
  /** Nothing happens where the key has gone or holds another value. */
  remove(key: PlannedKey): void;
}

type Run = (args: readonly string[]) => { readonly status: number | null; readonly stdout: string };

/** Through `reg.exe`, which every Windows has; another `run` stands in for it in tests. */
export function buildRegistry(run: Run = runReg): Registry {
  return {
    set({ key, value }) {
      if (run(["add", key, "/ve", "/t", "REG_SZ", "/d", value, "/f"]).status !== 0) {
        throw new ConfigError("BAD_CONFIG", "The registry entry for the native host could not be written.");
      }
    },
    remove({ key, value }) {
      const found = run(["query", key, "/ve"]);
      if (found.status === 0 && found.stdout.includes(value)) run(["delete", key, "/f"]);
    },
  };
}

function runReg(args: readonly string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync("reg.exe", args, { encoding: "utf8", windowsHide: true });
  return { status, stdout: stdout ?? "" };
}
