import { findDestination } from "@overt/shared/rules/destination.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import { compact, Fields, headOf, openFields, type Read, readList, readText } from "../source/fields.ts";
import { plainText, type Value } from "../source/value.ts";
import { findDuration } from "./duration.ts";
import { readApp, readDeviceClass, readDeviceExample, readIndicator } from "./facts.ts";
import { findMoment } from "./schedule.ts";

const exampleKeys = ["url", "text", "app", "device", "indicator", "at"];

/** Says so where no browser would visit the address: such an example never matches. */
const readAddress: Read<string> = (value, problems) => {
  const text = readText(value, problems);
  if (text !== undefined && findDestination(text) === undefined) {
    const whole = findDestination(`https://${text}`) === undefined ? "https://site.example/" : `https://${text}`;
    problems.advise(headOf(value.place), "this is no web address, so it is never seen and never matches", whole);
  }
  return text;
};

/** Which key a plain example of this signal stands for. */
function plainKey(signal: Signal, text: string): string {
  if (signal === "navigation" || (signal === "search" && /^https?:\/\//i.test(text))) return "url";
  if (signal === "app") return "app";
  if (signal === "system") return "indicator";
  return signal === "device" ? "device" : "text";
}

function readExample(signal: Signal): Read<Record<string, unknown>> {
  return (value, problems) => {
    if (value.kind !== "map") {
      const text = readText(value, problems);
      if (text === undefined) return undefined;
      const key = plainKey(signal, text);
      if (key === "app") return { app: { executable: text } };
      if (key === "indicator") return compact({ indicator: readIndicator(value, problems) });
      if (key === "device") {
        problems.error(value.place, "a device example names class and register", "{ class: storage, declared: no }");
        return undefined;
      }
      if (key === "url") return compact({ url: readAddress(value, problems) });
      return { [key]: text };
    }
    if (signal === "device" && value.entries.some(({ key }) => key === "class")) {
      return compact({ device: readDeviceExample(value, problems) });
    }
    const fields = new Fields(value, "an example", exampleKeys, problems);
    const wanted = needed(signal);
    if (!wanted.some((key) => fields.has(key))) {
      problems.error(value.place, `an example of a ${signal} rule needs ${wanted.join(" or ")}`, `${wanted[0]}: …`);
      return undefined;
    }
    return compact({
      url: fields.optional("url", readAddress),
      text: fields.optional("text", readText),
      app: fields.optional("app", readApp),
      device: fields.optional("device", readDeviceExample),
      indicator: fields.optional("indicator", readIndicator),
      at: fields.optional("at", readMoment),
    });
  };
}

function needed(signal: Signal): readonly string[] {
  if (signal === "navigation") return ["url"];
  if (signal === "search") return ["text", "url"];
  if (signal === "app" || signal === "device") return [signal];
  return [signal === "system" ? "indicator" : "text"];
}

const readMoment: Read<string> = (value, problems) => {
  const moment = findMoment(plainText(value) ?? "");
  if (moment !== undefined) {
    const pad = (n: number) => String(n).padStart(2, "0");
    return `${moment.day} ${pad(Math.floor(moment.minute / 60))}:${pad(moment.minute % 60)}`;
  }
  problems.error(value.place, "this is no day and time", "Wed 22:15");
  return undefined;
};

const readStep: Read<Record<string, unknown>> = (value, problems) => {
  const fields = openFields(value, "a step", ["rule", "after", "host", "term", "device"], problems);
  if (fields === undefined) return undefined;
  return compact({
    rule: fields.required("rule", readText, "the id of a rule"),
    after: fields.optional("after", readAfter) ?? 0,
    host: fields.optional("host", readText),
    term: fields.optional("term", readText),
    device: fields.optional("device", readDeviceClass),
  });
};

const readAfter: Read<number> = (value, problems) => {
  const text = plainText(value) ?? "";
  const seconds = text === "0" ? 0 : findDuration(text);
  if (seconds === undefined) problems.error(headOf(value.place), "this is no time from the start", "10 min");
  return seconds;
};

/** One run of matches for a behaviour rule: a list of steps. */
const readRun: Read<Record<string, unknown>[]> = (value, problems) => {
  if (value.kind === "list") return readList(readStep)(value, problems);
  problems.error(
    headOf(value.place),
    "an example of a behaviour rule is a list of steps",
    "- { rule: …, after: 10 min }",
  );
  return undefined;
};

const pair = <T>(item: Read<T>): Read<{ match: T[]; noMatch: T[] }> => {
  return (value: Value, problems) => {
    const fields = openFields(value, "examples", ["match", "no-match"], problems);
    if (fields === undefined) return undefined;
    const match = fields.required("match", readList(item), "what the rule must match");
    const noMatch = fields.required("no-match", readList(item), "what the rule must leave alone");
    return match === undefined || noMatch === undefined ? undefined : { match, noMatch };
  };
};

export const readExamples = (signal: Signal) => pair(readExample(signal));
export const readRuns = pair(readRun);
