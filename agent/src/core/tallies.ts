import type { Behaviour } from "@overt/shared/rules/behaviour/behaviours.ts";
import type { Satisfied } from "@overt/shared/rules/behaviour/condition.ts";
import type { Fed } from "@overt/shared/rules/behaviour/fed.ts";
import type { AlertingRule } from "@overt/shared/rules/language.ts";
import {
  emptySuppression,
  Suppression,
  type SuppressionStep,
  stepSuppression,
  takeSuppressed,
} from "@overt/shared/rules/suppress.ts";
import { openBehaviourBook } from "./behaviour-book.ts";
import {
  afterHeartbeat,
  Counters,
  type CountName,
  countOne,
  countProtected,
  countShadow,
  noCounts,
} from "./counters.ts";
import type { Journal, StateWrites } from "./journal.ts";

/** What a heartbeat tells. */
export interface Told {
  readonly totals: Counters["sinceHeartbeat"];
  readonly rules: readonly { readonly ruleId: string; readonly suppressed: number; readonly shadow: number }[];
}

/** What the monitor counts, holds back and remembers between observations; kept in the journal with the next record. */
export interface Tallies {
  count(name: CountName): void;
  countShadow(ruleId: string): void;
  countProtected(): void;
  counters(): Counters;
  /** One match through a rule's cooldown and budget. */
  hold(rule: AlertingRule, at: number, localDay: number): SuppressionStep;
  /** One match for one behaviour rule. */
  feed(behaviour: Behaviour, fed: Fed, now: number): Satisfied | undefined;
  /** Hands all that changed to a write of the journal. */
  keep<T>(write: (state: StateWrites) => T): T;
  /** Keeps what no record has carried yet of the behaviour rules' memory. */
  keepMemory(): void;
  /** Takes what was counted since the last heartbeat, and hands it and the state after it to the write. */
  tell<T>(behaviours: readonly Behaviour[], now: number, write: (told: Told, state: StateWrites) => T): T;
}

const heartbeatRules = 1_000;

export function openTallies(journal: Journal): Tallies {
  let counters = readState(journal, "counters", Counters, noCounts);
  let suppression = readState(journal, "suppression", Suppression, emptySuppression);
  const book = openBehaviourBook(journal);

  const keep: Tallies["keep"] = (write) => {
    const written = write({ suppression, counters, ...book.unkept() });
    book.markKept();
    return written;
  };
  return {
    count(name) {
      counters = countOne(counters, name);
    },
    countShadow(ruleId) {
      counters = countShadow(counters, ruleId);
    },
    countProtected() {
      counters = countProtected(counters);
    },
    counters: () => counters,
    hold(rule, at, localDay) {
      const step = stepSuppression(suppression, rule, at, localDay);
      suppression = step.state;
      return step;
    },
    feed: book.feed,
    keep,
    keepMemory() {
      if (Object.keys(book.unkept()).length > 0) keep((state) => journal.writeState(state));
    },
    tell(behaviours, now, write) {
      book.tidy(behaviours, now);
      const taken = takeSuppressed(suppression);
      const shadows = new Map(counters.shadow.map((one) => [one.ruleId, one.shadow]));
      const held = new Map(taken.counts.map((one) => [one.ruleId, one.suppressed]));
      const rules = [...new Set([...shadows.keys(), ...held.keys()])]
        .slice(0, heartbeatRules)
        .map((ruleId) => ({ ruleId, suppressed: held.get(ruleId) ?? 0, shadow: shadows.get(ruleId) ?? 0 }));
      const next = { suppression: taken.state, counters: afterHeartbeat(counters) };
      const written = write({ totals: counters.sinceHeartbeat, rules }, { ...next, ...book.unkept() });
      book.markKept();
      suppression = next.suppression;
      counters = next.counters;
      return written;
    },
  };
}

function readState<T>(
  journal: Journal,
  key: string,
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
  otherwise: T,
): T {
  const read = schema.safeParse(journal.readState(key));
  return read.success ? read.data : otherwise;
}
