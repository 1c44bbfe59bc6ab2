import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError } from "@overt/shared/errors.ts";

export const startHelp = `npm start [-- options]    a practice run of the whole product on this machine
  --fresh          start over: forget the last run
  --tour           a script takes the place of the person and of the reviewer, and saves pictures
  --no-browser     start everything but Chromium
  --folder <dir>   where the run keeps its files (default .overt/practice)
  --help           this text
Everything is fictitious and stays on loopback. Ctrl-C stops it; a second start carries on.
CHROMIUM names a Chromium that is not on PATH.`;

export interface StartChoices {
  readonly help: boolean;
  readonly fresh: boolean;
  readonly tour: boolean;
  readonly browser: boolean;
  readonly folder: string;
}

/** Reads the command line. Throws USAGE for what it does not know. */
export function parseStartChoices(args: readonly string[], defaultFolder: string): StartChoices {
  const { values } = parse(args);
  return {
    help: values.help === true,
    fresh: values.fresh === true,
    tour: values.tour === true,
    browser: values["no-browser"] !== true,
    folder: resolve(values.folder ?? defaultFolder),
  };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { fresh: flag, tour: flag, "no-browser": flag, folder: { type: "string" }, help: flag },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : "The options cannot be read.";
    throw new ConfigError("USAGE", `${reason}\n\n${startHelp}`);
  }
}
