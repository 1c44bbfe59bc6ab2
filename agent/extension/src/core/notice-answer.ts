import type { Answer } from "@overt/agent/bridge/messages.ts";

export interface WindowFacts {
  readonly type: string;
  readonly state: string;
  readonly incognito: boolean;
}

/**
 * The answer to the agent's challenge, or undefined where the person cannot see the badge: then nothing may be captured.
 * The badge counts as seen on the toolbar of an ordinary window that is not minimised.
 */
export function findNoticeAnswer(nonce: string, pinned: boolean, windows: readonly WindowFacts[]): Answer | undefined {
  const visible = (window: WindowFacts) =>
    window.type === "normal" && window.state !== "minimized" && !window.incognito;
  if (!pinned || !windows.some(visible)) return undefined;
  return { type: "answer", nonce, pinned: true, windowVisible: true };
}
