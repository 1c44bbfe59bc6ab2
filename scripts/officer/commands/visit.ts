import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";
import type { Command } from "commander";
import { readJsonFile } from "../../authority/order/file.ts";
import { findDuration } from "../../authority/rules/bundle/duration.ts";
import { remark } from "../../authority/rules/output.ts";
import { openSigner } from "../../cli/open-key.ts";
import { addPassphraseOption, type PassphraseOptions } from "../../cli/passphrase.ts";
import { wallClock } from "../../cli/time.ts";
import type { Awaited, Visit } from "../attend.ts";
import type { Revealed } from "../exchange.ts";
import { openFolderRelay } from "../folder-relay.ts";
import { openHttpRelay } from "../http-relay.ts";
import { openOwnPack, parsePackFile } from "../pack.ts";

export type VisitOptions = PassphraseOptions & { key: string; folder?: string; state: string; wait?: string };

/** What `compare` and `countersign` are both told. */
export function addVisitOptions(command: Command): Command {
  return addPassphraseOption(
    command
      .argument("<pack>", "the pack that you made with “officer token”")
      .requiredOption("--key <file>", "your secret key file")
      .option("--folder <folder>", "no network: exchange the messages as files in this folder, such as a stick's")
      .option("--state <folder>", "where this tool remembers what it drew", defaultState())
      .option("--wait <time>", "how long the device is waited for; 15 min, and none with --folder"),
  );
}

export async function openVisit(path: string, options: VisitOptions): Promise<Visit> {
  const seconds = readWait(options);
  const file = parsePackFile(readJsonFile(path, "the pack that “officer token” made"), path);
  const key = await openSigner(options.key, ["officer"], options);
  const pack = openOwnPack(file, key, wallClock());
  const { tokenId, serverUrl } = pack.token;
  return {
    pack,
    key,
    relay: options.folder === undefined ? openHttpRelay(serverUrl, tokenId) : openFolderRelay(options.folder, tokenId),
    state: options.state,
    now: wallClock,
    random: (n) => new Uint8Array(randomBytes(n)),
    patience: {
      clock: () => performance.now(),
      wait: (ms) => new Promise((done) => setTimeout(done, ms)),
      seconds,
    },
    say: remark,
  };
}

export function isAwaited(result: Revealed | Awaited): result is Awaited {
  return "awaits" in result;
}

/** What the officer does while the device has not said its part. */
export function sayAwaited({ awaits }: Awaited, options: VisitOptions): string {
  const whose =
    awaits === "commitment"
      ? "The device has not come in yet: bring the pack to it, and let the person read and answer."
      : "The device has not answered the number yet.";
  const next =
    options.folder === undefined
      ? "Run the same command again, or with a longer --wait."
      : "Carry the folder to the device, bring it back, and run the same command again.";
  return `${whose} ${next}`;
}

function readWait({ wait, folder }: VisitOptions): number {
  if (wait === undefined) return folder === undefined ? 900 : 0;
  const seconds = findDuration(wait);
  if (seconds !== undefined) return seconds;
  throw new ConfigError("USAGE", "--wait is a time, such as 10 min, or none.");
}

function defaultState(): string {
  return join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "overt-officer");
}
