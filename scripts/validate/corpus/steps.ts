import type { LocalTime } from "@overt/shared/rules/observation.ts";
import { findDuration } from "../../authority/rules/bundle/duration.ts";
import { findMoment } from "../../authority/rules/bundle/schedule.ts";
import { ordinaryTime } from "../../authority/rules/observe.ts";
import { type Step, type StepSignal, stepSignals } from "./item.ts";

export type Run = { readonly start: LocalTime; readonly steps: readonly Step[] };

/**
 * `at Wed 22:30 | visit https://… | +20 min visit https://…`: when it begins (Wednesday noon where it is not said), then
 * steps with the time since the one before. Throws RangeError.
 */
export function parseRun(text: string): Run {
  const parts = text.split(" | ").map((part) => part.trim());
  const said = /^at (.+)$/.exec(parts[0] ?? "")?.[1];
  const start = said === undefined ? ordinaryTime : findMoment(said);
  if (start === undefined) throw new RangeError(`"${said}" is no day and time`);
  let after = 0;
  const steps = parts.slice(said === undefined ? 0 : 1).map((part): Step => {
    const found = /^(?:\+([0-9]+ *[a-z]+) )?([a-z-]+) (.+)$/.exec(part);
    const signal = stepSignals.find((one) => one === found?.[2]);
    const gap = found?.[1] === undefined ? 0 : findDuration(found[1]);
    if (found === null || signal === undefined || gap === undefined) throw new RangeError(`"${part}" is no step`);
    after += gap;
    return { signal, content: found[3] as string, after };
  });
  return { start, steps };
}

export function parseOne(signal: StepSignal, content: string): Run {
  return { start: ordinaryTime, steps: [{ signal, content, after: 0 }] };
}
