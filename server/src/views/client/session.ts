import { find, readText, say } from "./page.ts";
import { onAnswer, post } from "./post.ts";

const warningSeconds = 120;

/** Warns two minutes before the session ends for want of activity; one button, or any use of the page, keeps it. */
export function wireSession(panel: HTMLElement): void {
  const idleSeconds = Number(panel.dataset["session"]);
  const text = find(panel, "[data-session-text]");
  const button = find<HTMLButtonElement>(panel, "[data-session-stay]");
  let warning: ReturnType<typeof setTimeout> | undefined;
  let end: ReturnType<typeof setTimeout> | undefined;

  function restart(): void {
    clearTimeout(warning);
    clearTimeout(end);
    panel.hidden = true;
    warning = setTimeout(
      () => {
        panel.hidden = false;
        say(text, readText("session.ending"));
      },
      (idleSeconds - warningSeconds) * 1_000,
    );
    end = setTimeout(() => {
      if (button !== undefined) button.hidden = true;
      say(text, readText("session.over"));
    }, idleSeconds * 1_000);
  }

  button?.addEventListener("click", () => void post("/session", {}).catch(() => undefined));
  onAnswer(restart);
  restart();
}
