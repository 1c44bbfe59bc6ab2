import {
  Button,
  CharacterCount,
  createAll,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend";
import { wireDraft } from "./draft.ts";
import { wireEvidence } from "./evidence.ts";
import { forgetKey, takeKeyFromAddress, wireKeyPanel } from "./key.ts";
import { wireLease } from "./lease.ts";
import { wireLive } from "./live.ts";
import { find, readText, say } from "./page.ts";
import { wireSession } from "./session.ts";

for (const component of [
  Button,
  CharacterCount,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(component);
}

// Shown until this module runs: without JavaScript, and where the module could not be loaded.
for (const note of document.querySelectorAll<HTMLElement>("[data-no-script]")) note.hidden = true;

const tookKey = takeKeyFromAddress();
if (tookKey) say(find(document, "[data-key-from-link]"), readText("signIn.keyTaken"));
if (find(document, "[data-signed-out]") !== undefined) forgetKey();
wireKeyPanel();

const session = find(document, "[data-session]");
if (session !== undefined) wireSession(session);

const claim = find(document, "[data-lease]");
if (claim !== undefined) {
  wireLease(claim);
  wireEvidence(claim.dataset["alert"] ?? "", claim.dataset["lease"] ?? "");
}
const form = find<HTMLFormElement>(document, "[data-decision-form]");
if (form !== undefined) wireDraft(form);
const queue = find(document, "[data-queue]");
if (queue !== undefined) wireLive(queue);
