import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../../core/trusted-time.ts";

/** The machine's clocks. libuv's uptime counts suspend on Linux (CLOCK_BOOTTIME), Windows and macOS. */
export function openSystemClock(): Clock {
  return { wall: () => Math.floor(Date.now() / 1_000), uptime, bootMarker: readBootMarker() };
}

/** Linux names each boot; elsewhere the marker is empty, and a restart of the agent counts as one of the machine. */
function readBootMarker(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().slice(0, 100);
  } catch {
    return "";
  }
}
