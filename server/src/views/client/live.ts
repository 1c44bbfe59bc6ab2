import { Idiomorph } from "idiomorph";
import { find, readText, say } from "./page.ts";

/**
 * Offers new alerts and takes them in only when asked, so that no row moves under the cursor. Showing them is one more
 * logged look at the queue.
 */
export function wireLive(queue: HTMLElement): void {
  // Only the queue's own page, fetched from this origin, is parsed; scripts in a parsed document do not run.
  const policy = trustedTypes?.createPolicy("overt-morph", { createHTML: (html) => html });
  let stream = listen();

  function listen(): EventSource {
    const source = new EventSource(`/live?after=${encodeURIComponent(queue.dataset["newest"] ?? "0")}`);
    source.addEventListener("count", (event) => offer(readNewer(String(event.data))));
    return source;
  }

  function offer(newer: number): void {
    const button = find<HTMLButtonElement>(queue, "[data-live-show]");
    if (button === undefined) return;
    button.hidden = newer === 0;
    if (newer === 0) return;
    button.textContent = newer === 1 ? readText("live.one") : readText("live.other", { count: String(newer) });
    say(find(queue, "[data-live-status]"), button.textContent);
  }

  async function show(): Promise<void> {
    const answer = await fetch("/queue", {
      credentials: "same-origin",
      cache: "no-store",
      headers: { accept: "text/html" },
    });
    if (!answer.ok) return location.assign("/queue");
    const html = await answer.text();
    const page = new DOMParser().parseFromString((policy?.createHTML(html) ?? html) as string, "text/html");
    const fresh = page.querySelector("#queue");
    if (fresh === null) return location.assign("/queue");
    Idiomorph.morph(queue, document.adoptNode(fresh), { morphStyle: "outerHTML", restoreFocus: true });
    say(find(queue, "[data-live-status]"), readText("live.shown"));
    stream.close();
    stream = listen();
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-live-show]") !== null) void show();
  });
  addEventListener("pagehide", () => stream.close());
}

function readNewer(data: string): number {
  const json: unknown = JSON.parse(data);
  return Number(Reflect.get(Object(json), "newer") ?? 0);
}
