import type { Answer } from "../answer.ts";
import { findLanguage } from "../catalogue.ts";
import type { Visit } from "../visit.ts";

export const languageCookie = "overt-language";
const yearSeconds = 365 * 86_400;

/** Remembers the language on this device and goes back to the page it was chosen on. */
export function chooseLanguage({ form }: Visit): Answer {
  const language = findLanguage(form.get("language")) ?? "en";
  const to = form.get("to") ?? "/";
  return {
    kind: "redirect",
    // A path of ours and nothing else: the base goes in front of it.
    to: /^\/[a-z]*(\/[0-9]{1,15})?(\?[a-z]+=[0-9]{1,15})?$/.test(to) ? to : "/",
    cookie: `${languageCookie}=${language}; Path=/; Max-Age=${yearSeconds}; HttpOnly; SameSite=Strict`,
  };
}
