import { type Destination, findDestination } from "@overt/shared/rules/destination.ts";
import type { Example, Rule, SearchEngine } from "@overt/shared/rules/language.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import type { Signal } from "@overt/shared/rules/signals.ts";
import { findMoment } from "./bundle/schedule.ts";

/** Where search words that come without an engine are typed: a host that can never exist. */
export const deskEngine: SearchEngine = {
  id: "desk",
  names: [],
  hosts: ["search.invalid"],
  paths: [],
  parameters: ["q"],
};
export const ordinaryTime: LocalTime = { day: 3, minute: 12 * 60 };

const seen = { cause: "user-navigation", channel: "extension" } as const;

/** The observation that an example describes; undefined where its address is no web address. */
export function observeExample(signal: Signal, example: Example): Observation | undefined {
  const { url, text, app, device, indicator } = example;
  const destination = url === undefined ? undefined : findDestination(url);
  if (url !== undefined && destination === undefined) return undefined;
  switch (signal) {
    case "navigation":
      return destination && { signal, destination, ...seen };
    case "search": {
      const page = destination ?? observeWords(text ?? "");
      return page && { signal: "navigation", destination: page, ...seen };
    }
    case "title":
      return { signal, text: text ?? "", ...(destination === undefined ? {} : { destination }), ...seen };
    case "page-text":
    case "messages": {
      const page = destination ?? findDestination("https://page.invalid/");
      return page && { signal, text: text ?? "", destination: page, ...seen };
    }
    case "app": {
      const { executable = "unnamed", bundleId, signer, sha256 } = app ?? {};
      return {
        signal,
        executable,
        ...(bundleId === undefined ? {} : { bundleId }),
        ...(signer === undefined ? {} : { signer }),
        ...(sha256 === undefined ? {} : { sha256 }),
        cause: "unknown",
        channel: "process",
      };
    }
    case "device":
      return device && { signal, ...device, cause: "unknown", channel: "device" };
    case "system":
      return indicator && { signal, indicator, cause: "unknown", channel: "system" };
    default:
      return undefined;
  }
}

function observeWords(words: string): Destination | undefined {
  return findDestination(`https://search.invalid/?q=${encodeURIComponent(words.toWellFormed())}`);
}

/** The time an example says; without one, a moment at which the rule applies. */
export function timeOfExample(rule: Rule, example: Example): LocalTime {
  const said = example.at === undefined ? undefined : findMoment(example.at);
  const [span] = rule.schedule ?? [];
  if (said !== undefined || span === undefined) return said ?? ordinaryTime;
  const [hour, minute] = span.from.split(":").map(Number);
  return { day: span.days[0] ?? ordinaryTime.day, minute: (hour ?? 0) * 60 + (minute ?? 0) };
}
