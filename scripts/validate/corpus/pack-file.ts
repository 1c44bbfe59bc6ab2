import { ConfigError } from "@overt/shared/errors.ts";
import { type StepSignal, stepSignals } from "./item.ts";

/** One line of a pack file: an item as it stands, or a template with `{slots}`. */
export type PackLine = {
  readonly signal: StepSignal | "run";
  readonly text: string;
  readonly line: number;
  readonly isTemplate: boolean;
};

/** A file of items that have theme, language and label in common. */
export type PackFile = {
  /** Path within the pack, without its ending. */
  readonly name: string;
  readonly theme: string;
  readonly isProtected: boolean;
  readonly language: string;
  /** By signal: the rules that are meant to find such an item. Empty for a harmless file. */
  readonly expects: ReadonlyMap<string, readonly string[]>;
  /** How many items its templates make. */
  readonly fixed: number;
  readonly drawn: number;
  readonly lines: readonly PackLine[];
};

const known = ["theme", "protected", "language", "expects", "fixed", "drawn"];

/**
 * Reads `key: value` lines, then sections such as `[search]` with one item a line. `#` at the start of a line begins a
 * comment. Throws BAD_CONFIG with file and line.
 */
export function parsePackFile(name: string, text: string): PackFile {
  const head = new Map<string, string>();
  const lines: PackLine[] = [];
  let signal: PackLine["signal"] | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const said = raw.trim();
    if (said === "" || said.startsWith("#")) continue;
    const section = /^\[([a-z-]+)\]$/.exec(said)?.[1];
    if (section !== undefined) {
      signal = ([...stepSignals, "run"] as const).find((one) => one === section);
      if (signal === undefined) throw fault(name, line, `[${section}] is no section: ${stepSignals.join(", ")}, run`);
    } else if (signal === undefined) {
      const found = /^([a-z]+):\s*(.*)$/.exec(said);
      if (found === null || !known.includes(found[1] as string)) {
        throw fault(name, line, `a line before the first section is one of ${known.join(", ")}, a colon and a value`);
      }
      head.set(found[1] as string, found[2] as string);
    } else lines.push({ signal, text: said, line, isTemplate: /\{[^}]+\}/.test(said) });
  }
  const count = (key: string, usual: number) => {
    const written = head.get(key) ?? String(usual);
    if (!/^[0-9]{1,5}$/.test(written)) throw fault(name, 1, `${key} is a number`);
    return Number(written);
  };
  return {
    name,
    theme: head.get("theme") ?? name.slice(name.lastIndexOf("/") + 1),
    isProtected: head.get("protected") === "yes",
    language: head.get("language") ?? "en",
    expects: parseExpects(name, head.get("expects") ?? ""),
    fixed: count("fixed", 80),
    drawn: count("drawn", 30),
    lines,
  };
}

/** `search=adult-searches; run=night-chat, chat-sites`. */
function parseExpects(name: string, text: string): ReadonlyMap<string, readonly string[]> {
  const parts = text.split(";").map((part) => part.trim());
  return new Map(
    parts
      .filter((part) => part !== "" && part !== "none")
      .map((part) => {
        const found = /^([a-z-]+)\s*=\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)$/.exec(part);
        if (found === null) throw fault(name, 1, "expects is written signal=rule-id, rule-id; signal=rule-id");
        return [found[1] as string, (found[2] as string).split(/\s*,\s*/)] as const;
      }),
  );
}

export function fault(name: string, line: number, message: string): ConfigError {
  return new ConfigError("BAD_CONFIG", `${name}:${line}: ${message}.`);
}
