/** A challenge is good for 30 seconds: two may be missed before a permit runs out. */
const everyMs = 8_000;
/** A page that waits for somebody looks more often. */
const waitingMs = 1_500;

/**
 * Answers the agent's challenges for as long as this page can be seen. A hidden or frozen page stays silent: it must
 * not speak for a notice that nobody sees.
 */
export function keepAnswering(): void {
  const { base = "", watch } = document.body.dataset;
  const waits = document.querySelector("[data-reload]") !== null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function beat(): Promise<void> {
    const given = await ask(`${base}/live`);
    if (waits && given.watch !== watch) return location.reload();
    if (document.visibilityState !== "visible" || given.challenge === undefined) return;
    await ask(`${base}/live`, {
      method: "POST",
      body: new URLSearchParams({ challenge: given.challenge, inView: "yes" }),
    });
    show(true);
  }

  function next(): void {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    beat()
      .catch(() => show(false))
      .finally(() => {
        timer = setTimeout(next, waits ? waitingMs : everyMs);
      });
  }

  document.addEventListener("visibilitychange", next);
  document.addEventListener("resume", next);
  document.addEventListener("freeze", () => clearTimeout(timer));
  window.addEventListener("pageshow", next);
  next();
}

async function ask(path: string, init: RequestInit = {}): Promise<{ challenge?: string; watch?: string }> {
  const answer = await fetch(path, { cache: "no-store", ...init });
  if (!answer.ok) throw new Error("The agent refused.");
  const value: unknown = await answer.json();
  const [challenge, watch]: unknown[] = ["challenge", "watch"].map((name) => Reflect.get(Object(value), name));
  return {
    ...(typeof challenge === "string" ? { challenge } : {}),
    ...(typeof watch === "string" ? { watch } : {}),
  };
}

function show(live: boolean): void {
  document.querySelector<HTMLElement>("[data-away]")?.toggleAttribute("hidden", live);
  const line = document.querySelector<HTMLElement>("[data-live]");
  line?.toggleAttribute("hidden", !live);
  if (line && live) line.textContent = line.dataset["liveOn"] ?? "";
}
