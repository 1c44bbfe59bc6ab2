import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where the agent of this account keeps its state, by the customs of the system. */
export function defaultStateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (platform === "darwin") return join(home, "Library", "Application Support", "Overt Agent");
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "Overt Agent");
  const base = env["XDG_STATE_HOME"];
  return join(base !== undefined && isAbsolute(base) ? base : join(home, ".local", "state"), "overt-agent");
}
