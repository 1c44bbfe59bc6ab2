import {
  compact,
  Fields,
  headOf,
  openFields,
  type Read,
  readInteger,
  readList,
  readText,
  readWord,
  readYes,
} from "../source/fields.ts";
import type { Problems } from "../source/problems.ts";
import { plainText, type Value } from "../source/value.ts";

/** Says so where the phrase looks like a pattern: the language has none, and every sign would be looked for as it stands. */
const readPhrase: Read<string> = (value, problems) => {
  const text = readText(value, problems);
  if (text !== undefined && /^\/.+\/[a-z]*$|\.[*+]|\\[bdswBDSW]|\[[^\]]+\]|\([^)]*\|[^)]*\)|\*/.test(text)) {
    problems.advise(
      headOf(value.place),
      "this looks like a pattern, and the language has none: every sign is looked for as it stands",
      "each phrase by itself; { text: …, boundary: start } finds what begins so",
    );
  }
  return text;
};

const termKeys = ["text", "lookalikes", "spaced", "digits", "boundary"];

/** A phrase alone, or a phrase with how freely it may be spelled. */
export const readTerm: Read<Record<string, unknown>> = (value, problems) => {
  if (value.kind !== "map") {
    const text = readPhrase(value, problems);
    return text === undefined ? undefined : { text };
  }
  const fields = new Fields(value, "a term", termKeys, problems);
  const text = fields.required("text", readPhrase, "the phrase");
  const boundary = fields.optional("boundary", readWord("boundary", ["word", "start", "any"]));
  const term = compact({
    text,
    lookalikes: fields.optional("lookalikes", readYes),
    spaced: fields.optional("spaced", readYes),
    digits: fields.optional("digits", readYes),
    boundary: boundary === "word" ? undefined : boundary,
  });
  return text === undefined ? undefined : term;
};

const termsKeys = ["any", "at-least", "near", "unless", "unless-within"];

/** A list of phrases, any of which is enough; or the full form. */
export const readTermMatcher: Read<Record<string, unknown>> = (value, problems) => {
  if (value.kind !== "map" || value.entries.some(({ key }) => key === "text")) {
    return compact({ any: readList(readTerm)(value, problems) });
  }
  const fields = new Fields(value, "terms", termsKeys, problems);
  if (fields.isMissing("any") && fields.isMissing("near")) {
    problems.error(fields.place, 'terms needs "any" or "near"', "any: [a phrase, another phrase]");
  }
  if (fields.has("at-least") && !fields.has("any")) {
    problems.error(fields.placeOf("at-least"), '"at-least" counts the phrases of "any"', "any: [a phrase, another]");
  }
  if (fields.has("unless-within") && !fields.has("unless")) {
    problems.error(fields.placeOf("unless-within"), '"unless-within" goes with "unless"', "unless: [a clearing word]");
  }
  if (fields.has("any") && fields.has("near")) {
    problems.advise(
      fields.placeOf("any"),
      'both "any" and "near" have to hold: a text with one of them alone is not found',
      "two rules, where either is enough",
    );
  }
  const any = fields.optional("any", readList(readTerm));
  const minDistinct = fields.optional("at-least", readInteger("at-least", 1, 20));
  if (any !== undefined && minDistinct !== undefined && minDistinct > any.length) {
    problems.error(
      fields.placeOf("at-least"),
      `"any" has only ${any.length} ${any.length === 1 ? "phrase" : "phrases"}`,
      `at-least: ${any.length}`,
    );
  }
  return compact({
    any,
    minDistinct,
    near: fields.optional("near", readNear),
    unless: fields.optional("unless", readList(readTerm)),
    unlessWords: fields.optional("unless-within", readWords),
  });
};

const readNear: Read<Record<string, unknown>> = (value, problems) => {
  const fields = openFields(value, "near", ["first", "second", "within"], problems);
  if (fields === undefined) return undefined;
  return compact({
    first: fields.required("first", readList(readTerm), "[a phrase]"),
    second: fields.required("second", readList(readTerm), "[another phrase]"),
    words: fields.required("within", readWords, "5 words"),
  });
};

/** `5 words`, `1 word` or the number alone. */
function readWords(value: Value, problems: Problems): number | undefined {
  const found = /^([0-9]{1,3})(?: *words?)?$/.exec(plainText(value)?.trim() ?? "");
  const words = found === null ? 0 : Number(found[1]);
  if (words >= 1 && words <= 50) return words;
  problems.error(value.place, "this is a number of words from 1 to 50", "5 words");
  return undefined;
}
