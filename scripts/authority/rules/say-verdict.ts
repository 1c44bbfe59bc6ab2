import type { MissReason, RuleReading } from "@overt/shared/rules/explain.ts";
import type { GateReason } from "@overt/shared/rules/gate.ts";
import { saySpan } from "./bundle/schedule.ts";

/** One line on what became of a rule. */
export function sayVerdict({ rule, verdict, matched }: RuleReading): string {
  const by = matched === undefined ? "" : ` by ${matched.kind}${matched.text === "" ? "" : ` "${matched.text}"`}`;
  switch (verdict.kind) {
    case "missed":
      return verdict.reason === "outside-schedule" && rule.schedule !== undefined
        ? `${missWords[verdict.reason]} (${rule.schedule.map(saySpan).join(", ")})`
        : missWords[verdict.reason];
    case "beaten":
      return `matches${by}, and ${
        verdict.reason === "allowed"
          ? `the allow rule ${verdict.by} clears it`
          : `${verdict.by} has a more specific host`
      }`;
    case "allows":
      return `clears the page${by}`;
    case "gated":
      return `matches${by}, and the gate stops it: ${gateWords[verdict.reason]}`;
    case "alert":
      return `ALERT${by}${clauseOf(verdict)}`;
    case "shadow":
      return `matches${by} in shadow: counted, no alert${clauseOf(verdict)}`;
    case "count":
      return `matches${by} and is counted for behaviour rules${clauseOf(verdict)}`;
  }
}

function clauseOf({
  clauseId,
  maxEvidence,
}: {
  clauseId: string | undefined;
  maxEvidence: number | undefined;
}): string {
  return clauseId === undefined ? "" : ` (clause ${clauseId}, evidence up to level ${maxEvidence ?? 0})`;
}

const missWords: Readonly<Record<MissReason, string>> = {
  "other-signal": "speaks of another signal than this",
  "other-page": "no host, list or path of it covers the address",
  "look-alike": "the host only looks like one of its hosts, and is another: never matched",
  "excepted-host": 'one of its "unless" hosts covers the address',
  "no-term": "none of its terms stands in the text",
  cleared: 'one of its "unless" words clears what was found',
  "too-few-terms": 'fewer different terms than "at-least" asks for',
  "not-near": 'no pair stands as close as "near" asks for',
  "other-fact": "another application, device or indicator than it names",
  "outside-schedule": "outside its schedule",
};

const gateWords: Readonly<Record<GateReason, string>> = {
  "order-missing": "there is no order",
  "order-not-started": "the order has not begun",
  "order-ended": "the order has ended",
  "order-revoked": "the order was revoked",
  "not-acknowledged": "the notice was not acknowledged",
  "not-countersigned": "the acknowledgement is not countersigned",
  "acknowledgement-stale": "the acknowledgement is of another version of the order",
  "notice-not-live": "the notice is not live",
  "account-not-covered": "another account is in use",
  "rules-expired": "the rule set has expired",
  "protected-host": "the host is protected",
  "above-ceiling": "the program never looks at this signal",
  "order-unconfirmed": "the order has not been confirmed for too long",
  "no-clause": "no clause of the order allows this signal and category",
  "outside-hours": "outside the hours of the clause",
};
