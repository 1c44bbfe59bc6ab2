import type { Cause } from "@overt/agent/bridge/messages.ts";

const chosenByPerson = new Set([
  "link",
  "typed",
  "auto_bookmark",
  "generated",
  "start_page",
  "form_submit",
  "reload",
  "keyword",
  "keyword_generated",
]);

/**
 * Why a page was opened, from the browser's own words. A redirect outweighs the rest: the person chose the page before
 * it. `link` also covers what a page's script opens by itself, which the browser does not tell apart.
 */
export function causeOf(transitionType: string, qualifiers: readonly string[]): Cause {
  if (qualifiers.includes("client_redirect") || qualifiers.includes("server_redirect")) return "redirect";
  return chosenByPerson.has(transitionType) ? "user-navigation" : "unknown";
}
