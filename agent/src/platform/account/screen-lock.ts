import { execFile } from "node:child_process";

const longestAnswerMs = 2_000;

/**
 * Whether this log-in's screen is locked, as systemd's log-in manager has it (`LockedHint`, which the common desktops set).
 * False where nothing answers, and on other systems: a pause then lasts until log-out or its own end.
 */
export function isScreenLocked(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (platform !== "linux") return Promise.resolve(false);
  const session = /^[0-9a-z]{1,32}$/i.exec(env["XDG_SESSION_ID"] ?? "")?.[0] ?? "auto";
  const args = ["show-session", session, "--property=LockedHint", "--value"];
  return new Promise((done) => {
    execFile("loginctl", args, { timeout: longestAnswerMs, env }, (error, output) => {
      done(error === null && output.trim() === "yes");
    });
  });
}
