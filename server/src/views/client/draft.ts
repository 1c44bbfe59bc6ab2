import { find, readText, say } from "./page.ts";
import { post } from "./post.ts";

const quietMilliseconds = 1_500;

/** Saves what is typed a moment after the typing stops, and once more when the page goes out of view. */
export function wireDraft(form: HTMLFormElement): void {
  const path = form.dataset["draft"] ?? "";
  const state = find(form, "[data-draft-state]");
  let saved = JSON.stringify(read(form));
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function save(keepalive: boolean): Promise<void> {
    clearTimeout(timer);
    const body = read(form);
    const text = JSON.stringify(body);
    if (text === saved) return;
    try {
      await post(path, body, { keepalive });
      saved = text;
      say(state, readText("form.savedNow"));
    } catch {
      say(state, readText("form.notSaved"));
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void save(false), quietMilliseconds);
  });
  // The form carries the words itself; a draft saved behind it would outlive the decision.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    saved = JSON.stringify(read(form));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void save(true);
  });
  // Giving the alert back takes what is typed along.
  find<HTMLFormElement>(document, "form[action$='/release']")?.addEventListener("submit", (event) => {
    const release = event.currentTarget as HTMLFormElement;
    for (const [name, value] of Object.entries(read(form))) {
      if (name === "leaseId") continue;
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      release.append(input);
    }
  });
}

function read(form: HTMLFormElement): Record<string, string> {
  const data = new FormData(form);
  data.delete("_csrf");
  return Object.fromEntries([...data].map(([name, value]) => [name, String(value)]));
}
