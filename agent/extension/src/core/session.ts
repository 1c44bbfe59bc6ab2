import type { AgentState, Away, Status } from "@overt/agent/bridge/messages.ts";

/** What the badge and the popup show. `away` means that no agent answers. */
export interface SessionView {
  readonly state: AgentState | "away";
  readonly practice: boolean;
  readonly noticeUrl: string;
  readonly sees: readonly string[];
}

/** What the page tracker is to do next; `begin-again` where the agent is new and knows of no page. */
export type CaptureStep = "none" | "begin" | "begin-again" | "resume" | "withhold" | "idle";

/** The conversation with one agent, as far as the extension must remember it. */
export interface Session {
  readonly view: SessionView;
  /** No agent has said `on` since this conversation began. */
  readonly fresh: boolean;
}

export const noSession: Session = {
  view: { state: "away", practice: false, noticeUrl: "", sees: [] },
  fresh: true,
};

/** What a word from the agent, or from the native host in its place, changes. */
export function nextSession(session: Session, message: Status | Away): { session: Session; step: CaptureStep } {
  if (message.type === "away") return { session: lostSession(session), step: "idle" };
  const { state, practice, noticeUrl, sees } = message;
  const view = { state, practice, noticeUrl, sees };
  if (state !== "on") {
    const step = state === "paused" || state === "ended" ? "withhold" : "idle";
    return { session: { view, fresh: session.fresh }, step };
  }
  return { session: { view, fresh: false }, step: stepToOn(session) };
}

/** The agent cannot be heard: its notice address is dead, but whether it was a practice agency stays true. */
export function lostSession(session: Session): Session {
  return { view: { ...noSession.view, practice: session.view.practice, sees: session.view.sees }, fresh: true };
}

function stepToOn(session: Session): CaptureStep {
  if (session.fresh) return "begin-again";
  if (session.view.state === "on") return "none";
  return session.view.state === "paused" || session.view.state === "ended" ? "resume" : "begin";
}
