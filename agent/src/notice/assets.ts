import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@overt/shared/errors.ts";

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

const files = {
  "notice.css": "text/css; charset=utf-8",
  "notice.js": "text/javascript; charset=utf-8",
  "icon.png": "image/png",
};

/** The built files by their path below the base; throws MISSING_FILE where one was not built. */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(files).map(([name, type]) => [`/assets/${name}`, { type, body: readBuilt(join(folder, name)) }]),
  );
}

function readBuilt(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigError("MISSING_FILE", "The notice's style sheet or script is missing: run `npm run build`.", {
      cause,
    });
  }
}
