import { deviceClasses, Indicator } from "@overt/shared/rules/matchers.ts";
import type { LocalTime, Observation } from "@overt/shared/rules/observation.ts";
import { observeExample } from "../../authority/rules/observe.ts";
import type { Step } from "../corpus/item.ts";

/** The observation that a sensor would make of the step. Throws RangeError where the pack's line is not one. */
export function observeStep({ signal, content }: Step): Observation {
  const made = observe(signal, content);
  if (made === undefined) throw new RangeError(`"${content}" is no ${signal}`);
  return made;
}

function observe(signal: Step["signal"], content: string): Observation | undefined {
  switch (signal) {
    case "visit":
    case "search":
      return observeExample("navigation", { url: content });
    case "app": {
      const [executable = "", signer] = content.split(" signed by ");
      return observeExample("app", { app: { executable, ...(signer === undefined ? {} : { signer }) } });
    }
    case "device": {
      const [name, ...rest] = content.split(" ");
      const deviceClass = deviceClasses.find((one) => one === name);
      const registered = rest.join(" ") === "declared";
      return deviceClass && observeExample("device", { device: { deviceClass, registered } });
    }
    case "system":
      return observeExample("system", { indicator: Indicator.parse(content) });
    default:
      return observeExample(signal, { text: content });
  }
}

/** Local time `after` seconds from the start. */
export function timeAfter(start: LocalTime, after: number): LocalTime {
  const minutes = start.minute + Math.floor(after / 60);
  const days = Math.floor(minutes / 1_440);
  return { day: ((start.day - 1 + days) % 7) + 1, minute: minutes % 1_440 };
}
