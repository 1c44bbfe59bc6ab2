import type { YAMLError } from "yaml";
import type { Place, Problems, Source } from "./problems.ts";

/** Says the first fault of a file's YAML: those after it nearly always follow from it. */
export function reportFault(errors: readonly YAMLError[], source: Source, problems: Problems): void {
  const [first] = errors;
  if (first === undefined) return;
  const { code, pos, message } = first;
  const start = Math.max(0, Math.min(pos[0], source.text.length - 1));
  const tab = /^ *\t/m.exec(source.text);
  if (
    tab !== null &&
    source.text.slice(0, tab.index).split("\n").length <= source.text.slice(0, start).split("\n").length
  ) {
    problems.error(spot(source, tab.index + tab[0].length - 1), "a tab cannot indent", "spaces");
    return;
  }
  const open = findOpenBracket(source.text, Math.min(pos[1], source.text.length));
  if (open !== undefined) {
    const close = source.text[open] === "[" ? "]" : "}";
    problems.error(spot(source, open), "this bracket is not closed", `${close} where the list or group ends`);
    return;
  }
  const end = Math.max(start + 1, Math.min(pos[1], source.text.length));
  const [said, write] = sayFault(code, source.text, start) ?? [
    message.split("\n")[0] ?? "this is not YAML",
    "text that holds signs of YAML's own in quotes, and keys of one group under each other",
  ];
  problems.error({ source, start, end }, said, write);
}

type Said = readonly [string, string];

function sayFault(code: YAMLError["code"], text: string, start: number): Said | undefined {
  if (code !== "BLOCK_AS_IMPLICIT_KEY") return advice[code];
  const rest = text.slice(start).split(/[\r\n]/, 1)[0] ?? "";
  return /:(?:\s|$)/.test(rest) ? advice[code] : deeper;
}

const deeper: Said = [
  "the next line is indented more than this one, which has its value already",
  'the same number of spaces for keys of one group; a list\'s entry begins with "- "',
];

const advice: Readonly<Partial<Record<YAMLError["code"], Said>>> = {
  BAD_INDENT: ["the indentation does not fit the lines above", "the same number of spaces for keys of one group"],
  MISSING_CHAR: [
    "the indentation does not fit the lines above",
    'the same number of spaces for keys of one group; quotes in pairs; a list\'s entry begins with "- "',
  ],
  BLOCK_AS_IMPLICIT_KEY: ["a colon and a space begin a new value here", 'the text in quotes: "…: …"'],
  BAD_SCALAR_START: ["text cannot begin with this sign", 'the text in quotes: "…"'],
  MULTIPLE_DOCS: ["the file holds a second document (---)", "one document per file"],
  MULTILINE_IMPLICIT_KEY: ["a key has to stand on one line, with a colon and a space after it", "key: value"],
};

/** The innermost bracket before `end` that nothing closes; quoted text and comments are passed over. */
function findOpenBracket(text: string, end: number): number | undefined {
  const open: number[] = [];
  const parts = /"(?:[^"\\\n]|\\.)*"|(?<![\p{L}\p{N}])'[^'\n]*'|(?:^|[ \t])#[^\n]*|(?<=[\s,[{:])[[{]|[\]}]/gmu;
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (index >= end) break;
    if (part === "[" || part === "{") open.push(index);
    else if (part === "]" || part === "}") open.pop();
  }
  return open.at(-1);
}

function spot(source: Source, start: number): Place {
  return { source, start, end: start + 1 };
}
