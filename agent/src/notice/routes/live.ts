import type { Answer } from "../answer.ts";
import { type Visit, watchOf } from "../visit.ts";

/** A challenge for this page, and what would make it worth fetching the page again. */
export function challenge({ permits, source }: Visit): Answer {
  return { kind: "json", value: { challenge: permits.challenge("page"), watch: watchOf(source) } };
}

/**
 * Only a page that says it is in view gets a permit. One that is not must stay silent: it cannot speak for another of
 * our pages that is.
 */
export function answerChallenge({ permits, form }: Visit): Answer {
  const live =
    form.get("inView") === "yes" && permits.answer("page", { challenge: form.get("challenge") ?? "", inView: true });
  return { kind: "json", value: { live } };
}
