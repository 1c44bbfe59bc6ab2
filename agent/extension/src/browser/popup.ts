import { popupWords } from "../core/popup-words.ts";
import type { SessionView } from "../core/session.ts";

const port = chrome.runtime.connect({ name: "popup" });
port.onMessage.addListener((view: SessionView) => show(view));

function show(view: SessionView): void {
  const words = popupWords(view);
  const practice = element("practice");
  practice.hidden = words.practice === undefined;
  practice.textContent = words.practice ?? "";
  const badge = element("badge");
  badge.textContent = words.badge;
  badge.dataset["state"] = words.badge;
  element("state").textContent = words.state;
  fill("seen", words.seen.length > 0 ? words.seen : ["nothing at present"]);
  fill("never-seen", words.neverSeen);
  element("notice").replaceChildren(...(words.noticeUrl === undefined ? [] : [noticeLink(words.noticeUrl)]));
}

function noticeLink(url: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noreferrer";
  link.textContent = "Read the notice, see what was sent, add your side";
  return link;
}

function fill(id: string, lines: readonly string[]): void {
  element(id).replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The popup has no element ${id}.`);
  return found;
}
