import { findKey } from "./key.ts";
import { addLooked } from "./looked.ts";
import { type Line, openReleased, readReleased, UnreadableError } from "./open.ts";
import { find, readText, say } from "./page.ts";
import { PostError, post } from "./post.ts";

/** Wires the buttons that open sealed parts. Without JavaScript they stay hidden and the page says why. */
export function wireEvidence(alert: string, leaseId: string): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-no-script-hidden]")) button.hidden = false;

  for (const step of document.querySelectorAll<HTMLElement>("[data-evidence]")) {
    const level = step.dataset["level"] === "2" ? 2 : 1;
    const body = { leaseId, eventHash: step.dataset["evidence"], level };
    wireOpening(step, "[data-open-evidence]", async (key) => {
      const released = readReleased(await post(`/alerts/${alert}/evidence`, body));
      addLooked(level, released.viewedAt);
      const lines = openReleased(released, key, level);
      if (level === 1) unlock(step);
      return lines;
    });
  }

  for (const statement of document.querySelectorAll<HTMLElement>("[data-statement]")) {
    const body = { leaseId, statementHash: statement.dataset["statement"] };
    wireOpening(statement, "[data-open-statement]", async (key) => {
      const answer = await post(`/alerts/${alert}/statement`, body);
      if (isMissing(answer)) return settle(statement, "missing", "evidence.error.missing");
      const released = readReleased(answer);
      addLooked(0, released.viewedAt);
      try {
        const lines = openReleased(released, key, 0);
        await post(`/alerts/${alert}/statement/read`, { ...body, result: "read" });
        settle(statement, "read", "evidence.done");
        return lines;
      } catch (error) {
        // Sealed to somebody else is no reason to go on without reading; damaged for everybody is, and is recorded.
        if (error instanceof UnreadableError && error.reason !== "NOT_RECIPIENT") {
          await post(`/alerts/${alert}/statement/read`, { ...body, result: "unreadable" });
          settle(statement, "unreadable", `evidence.error.${error.reason}`);
        }
        throw error;
      }
    });
  }
}

type Open = (key: NonNullable<ReturnType<typeof findKey>>) => Promise<readonly Line[] | undefined>;

function wireOpening(part: HTMLElement, selector: string, open: Open): void {
  const button = find<HTMLButtonElement>(part, selector);
  const status = find(part, "[data-status]");
  button?.addEventListener("click", async () => {
    const key = findKey();
    if (key === undefined) return say(status, readText("evidence.error.noKey"));
    button.disabled = true;
    say(status, readText("evidence.working"));
    try {
      const lines = await open(key);
      if (lines !== undefined) {
        showLines(part, lines);
        say(status, readText("evidence.done"));
      }
    } catch (error) {
      say(status, describe(error));
    } finally {
      button.disabled = false;
    }
  });
}

/** Text nodes only: what a device wrote is never markup. */
function showLines(part: HTMLElement, lines: readonly Line[]): void {
  const list = find(part, "[data-content]");
  if (list === undefined) return;
  list.replaceChildren(
    ...lines.map(([label, text]) => toRow(readText(label), text === "" ? readText("evidence.none") : text)),
  );
  list.hidden = false;
}

function toRow(label: string, text: string): HTMLElement {
  const row = document.createElement("div");
  row.className = "govuk-summary-list__row";
  const key = document.createElement("dt");
  key.className = "govuk-summary-list__key";
  key.textContent = label;
  const value = document.createElement("dd");
  value.className = "govuk-summary-list__value app-words";
  value.textContent = text;
  row.append(key, value);
  return row;
}

function unlock(step: HTMLElement): void {
  const steps = step.closest("ol");
  const button = steps === null ? undefined : find<HTMLButtonElement>(steps, "[data-locked-button]");
  if (button !== undefined) {
    button.disabled = false;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-locked-button");
  }
  for (const note of steps?.querySelectorAll<HTMLElement>("[data-locked]") ?? []) note.hidden = true;
}

function settle(statement: HTMLElement, state: "read" | "unreadable" | "missing", text: string): undefined {
  const tag = find(statement, "[data-state]");
  if (tag !== undefined) tag.textContent = readText(`statement.state.${state}`);
  say(find(statement, "[data-status]"), readText(text));
  statement.dataset["settled"] = "";
  const open = [...document.querySelectorAll<HTMLElement>("[data-statement]")].some((each) => !isSettled(each));
  for (const blocked of document.querySelectorAll<HTMLElement>("[data-form-blocked]")) blocked.hidden = !open;
  return undefined;
}

function isSettled(statement: HTMLElement): boolean {
  const state = statement.dataset["statementState"];
  return "settled" in statement.dataset || state === "read" || state === "unreadable" || state === "missing";
}

function isMissing(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "missing" in answer;
}

function describe(error: unknown): string {
  if (error instanceof UnreadableError) return readText(`evidence.error.${error.reason}`);
  if (error instanceof PostError && error.code !== "NETWORK") return error.message;
  return readText("evidence.error.network");
}
