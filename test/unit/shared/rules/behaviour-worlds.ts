import { BehaviourRule } from "@overt/shared/rules/language.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import fc from "fast-check";
import { behaviourFields } from "./behaviour/support.ts";

/** Random behaviour rules and matches that meet. */

/** As `runBehaviour` of the reference takes them. */
export const referenceBounds = {
  groups: ruleLimits.behaviourGroups,
  perGroup: ruleLimits.behaviourGroupMemory,
  inAll: ruleLimits.behaviourMemory,
};
const field = fc.constantFrom("host", "registrable-domain", "term", "device", "rule");
const ruleIds = fc.constantFrom(["a"], ["a", "b"], ["a", "b"], ["b", "a"], ["b", "a"], ["b", "a", "c"]);
export const behaviourRule = fc
  .record({
    kind: fc.constantFrom("event_count", "event_count", "value_count", "temporal", "temporal_ordered"),
    rules: ruleIds,
    groupBy: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.uniqueArray(field, { maxLength: 2 }) },
    ),
    timespanSeconds: fc.constantFrom(5, 60, 60, 60),
    op: fc.constantFrom("gte", "gte", "gt"),
    count: fc.integer({ min: 1, max: 3 }),
    field,
  })
  .map(({ op, count, field: counted, ...one }) => {
    if (one.kind === "event_count") return { ...one, condition: { op, count } };
    if (one.kind === "value_count") return { ...one, condition: { op, count: Math.min(count, 2), field: counted } };
    return one;
  })
  .map((fields) =>
    BehaviourRule.safeParse(behaviourFields("own", { ...fields, condition: Reflect.get(fields, "condition") })),
  )
  .filter((read) => read.success)
  .map((read) => read.data);

/** Matches that come mostly in time, some late, and some after the clock was set. */
export const behaviourSteps = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...["a", "a", "a", "a", "b", "b", "b", "b", "c", "c", "x"]),
      passed: fc.constantFrom(0, 0, 0, 1, 1, 2, 5, 21),
      set: fc.oneof(
        { weight: 14, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(-5, -40, 40, 100_000, -100_000) },
      ),
      late: fc.constantFrom(0, 0, 0, 0, 0, 2, 8, 70, -3),
      host: fc.constantFrom("a.test", "a.test", "b.a.test", "d.test", "10.0.0.1", "10.0.0.2", undefined),
      term: fc.constantFrom("red", "red", "blue", "blue", undefined),
      device: fc.constantFrom("phone", "phone", "storage", "storage", undefined),
    }),
    { minLength: 8, maxLength: 30 },
  )
  .map((list) => {
    let now = 1_000_000;
    return list.map(({ passed, set, late, ...fed }) => {
      now += passed + set;
      return { ...fed, at: now - late, now };
    });
  });
