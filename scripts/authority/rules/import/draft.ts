import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileWhole } from "../../../keys/files.ts";

/**
 * Files of an import before they are put in their places: all together in a hidden folder beside them, so that a failure
 * leaves nothing but what was there. A folder that an interrupted import left is begun anew.
 */
export class Draft {
  readonly #out: string;
  readonly #folder: string;
  readonly #wasThere: boolean;
  readonly #names: string[] = [];

  constructor(out: string, id: string) {
    this.#out = out;
    this.#folder = join(out, `.import-${id}`);
    this.#wasThere = existsSync(out);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Where a file is written before it goes to `name` of the bundle. */
  pathFor(name: string): string {
    this.#names.push(name);
    return join(this.#folder, name.replaceAll("/", "__"));
  }

  write(name: string, text: string): void {
    writeFileWhole(this.pathFor(name), text);
  }

  /** Puts every file in its place, in the order in which they were named, and gives their names. */
  finish(): readonly string[] {
    const written = this.#names.filter((name) => existsSync(join(this.#folder, name.replaceAll("/", "__"))));
    for (const name of written) {
      mkdirSync(dirname(join(this.#out, name)), { recursive: true });
      renameSync(join(this.#folder, name.replaceAll("/", "__")), join(this.#out, name));
    }
    rmSync(this.#folder, { recursive: true, force: true });
    return written;
  }

  /** As if nothing had been. */
  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    if (!this.#wasThere) rmSync(this.#out, { recursive: true, force: true });
  }
}
