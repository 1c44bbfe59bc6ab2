/** Answers the agent's challenges while this page can be seen, and keeps waiting pages up to date. */
const everyMs = 8_000;

async function beat(): Promise<void> {
  const answer: unknown = await (await fetch("/live", { cache: "no-store" })).json();
  const challenge: unknown = Reflect.get(Object(answer), "challenge");
  if (typeof challenge !== "string") return;
  const inView = document.visibilityState === "visible" ? "yes" : "no";
  await fetch("/live", { method: "POST", body: new URLSearchParams({ challenge, inView }) });
}

function report(): void {
  beat().catch(() => {
    document.querySelector("[data-away]")?.removeAttribute("hidden");
  });
}

report();
setInterval(report, everyMs);
document.addEventListener("visibilitychange", report);

const refresh = document.querySelector<HTMLElement>("[data-refresh]");
if (refresh !== null) setTimeout(() => location.reload(), 1_500);

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const file = document.querySelector<HTMLInputElement>("[data-pack-file]");
const pack = document.querySelector<HTMLTextAreaElement>("[name=pack]");
file?.addEventListener("change", () => {
  const chosen = file.files?.[0];
  if (chosen !== undefined && pack !== null) void chosen.text().then((text) => (pack.value = text));
});

const counter = document.querySelector<HTMLElement>("[data-counter]");
const words = document.querySelector<HTMLTextAreaElement>("textarea[name=text]");
if (counter !== null && words !== null) {
  const count = () =>
    (counter.textContent = `${Number(counter.dataset["counter"]) - words.value.length} characters left`);
  words.addEventListener("input", count);
  count();
}
