import type { AgentMessage, AgentState, Status } from "@overt/agent/bridge/messages.ts";

const states: readonly AgentState[] = ["starting", "on", "paused", "problem", "ended"];
const noticeUrl = /^(http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\/.*)?$/;

/** A message from the native host, checked by hand so that the extension carries no schema library; undefined if unknown. */
export function findAgentMessage(value: unknown): AgentMessage | undefined {
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (value.type === "away") return { type: "away" };
  if (value.type === "challenge") return findChallenge(value);
  if (value.type === "status") return findStatus(value);
  return undefined;
}

function findChallenge(value: object): AgentMessage | undefined {
  if (!("nonce" in value) || typeof value.nonce !== "string" || !/^[0-9a-f]{32}$/.test(value.nonce)) return undefined;
  return { type: "challenge", nonce: value.nonce };
}

function findStatus(value: object): Status | undefined {
  if (!("state" in value && "practice" in value && "noticeUrl" in value && "sees" in value)) return undefined;
  const state = states.find((known) => known === value.state);
  if (state === undefined || typeof value.practice !== "boolean" || !Array.isArray(value.sees)) return undefined;
  if (typeof value.noticeUrl !== "string" || !noticeUrl.test(value.noticeUrl)) return undefined;
  const sees = value.sees.filter((signal): signal is string => typeof signal === "string");
  return { type: "status", state, practice: value.practice, noticeUrl: value.noticeUrl, sees };
}
