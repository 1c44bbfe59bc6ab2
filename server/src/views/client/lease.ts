import { find, readText, say } from "./page.ts";
import { PostError, post } from "./post.ts";

const heartbeatSeconds = 60;
/** `input` too: dictated or pasted words press no key. */
const activity = ["pointerdown", "keydown", "input", "scroll"] as const;

/**
 * Counts the lease down. While the page is in view and the reviewer did something since the last heartbeat, the
 * heartbeat extends it; whoever walked away is warned two minutes before the end and can extend with one button.
 */
export function wireLease(claim: HTMLElement): void {
  const alert = claim.dataset["alert"] ?? "";
  const leaseId = claim.dataset["lease"] ?? "";
  const warnAt = Number(claim.dataset["warnAt"]);
  const left = find(claim, "[data-lease-left]");
  const warning = find(claim, "[data-lease-warning]");
  let end = performance.now() + Number(claim.dataset["seconds"]) * 1_000;
  let state: "held" | "warned" | "lost" = "held";
  let active = false;

  const secondsLeft = () => Math.max(0, Math.ceil((end - performance.now()) / 1_000));

  function lose(): void {
    state = "lost";
    say(left, "");
    say(warning, readText("claim.lost"));
    clearInterval(clock);
    clearInterval(heartbeat);
  }

  function tick(): void {
    const seconds = secondsLeft();
    if (seconds === 0) {
      lose();
      return;
    }
    say(left, readText("claim.left", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` }));
    if (seconds <= warnAt && state === "held") {
      state = "warned";
      say(warning, readText("claim.warning"));
    }
  }

  async function extend(): Promise<void> {
    // The answer counts from when it was asked for: one that comes late must not promise more than the server gave.
    const askedAt = performance.now();
    try {
      const answer = await post(`/alerts/${alert}/extend`, { leaseId });
      if (state === "lost") return;
      end = askedAt + Number(Reflect.get(Object(answer), "secondsLeft")) * 1_000;
      if (state === "warned") say(warning, readText("claim.extended"));
      state = "held";
      tick();
    } catch (error) {
      // Out of reach is not lost: the clock goes on and the next heartbeat tries again.
      if (error instanceof PostError && error.code === "LEASE_LOST") lose();
    }
  }

  const clock = setInterval(tick, 1_000);
  const heartbeat = setInterval(() => {
    if (!active || document.visibilityState !== "visible") return;
    active = false;
    void extend();
  }, heartbeatSeconds * 1_000);
  for (const name of activity) {
    addEventListener(
      name,
      () => {
        active = true;
      },
      { passive: true },
    );
  }
  find<HTMLFormElement>(claim, "form[action$='/extend']")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void extend();
  });
  tick();
}
