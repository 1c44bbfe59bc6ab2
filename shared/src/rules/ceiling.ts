import type { EvidenceLevel, Signal } from "./signals.ts";

/**
 * What this program can ever look at, whatever an order says, and the most evidence it can ever seal of it. A signal that
 * is not here makes no alert. Camera, microphone, location, keystrokes and screenshots are no signals at all.
 */
export const ceiling: Readonly<Partial<Record<Signal, EvidenceLevel>>> = Object.freeze({
  navigation: 2,
  search: 2,
  title: 2,
  "page-text": 2,
  messages: 2,
  app: 1,
  device: 1,
  system: 0,
});
