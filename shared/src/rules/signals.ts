import { z } from "zod";

/** What a sensor can see: the first word of every rule and of every clause. */
export const signals = [
  "navigation",
  "search",
  "title",
  "page-text",
  "messages",
  "app",
  "image",
  "device",
  "system",
  "history",
  "examination",
] as const;
export type Signal = (typeof signals)[number];

/** Signals that happen on a web page, which has a host. */
export const pageSignals = ["navigation", "search", "title", "page-text", "messages", "image"] as const;

/** Signals that are read as text, and so take `terms`. */
export const textSignals = ["search", "title", "page-text", "messages"] as const;
export type TextSignal = (typeof textSignals)[number];

export const severities = ["urgent", "high", "normal", "low"] as const;
export type Severity = (typeof severities)[number];

/** How an observation came about; only some causes can be the person's own act. */
export const causes = ["user-navigation", "redirect", "background", "restored", "unknown"] as const;
export type Cause = (typeof causes)[number];

/** Which sensor reported. */
export const channels = ["extension", "window", "process", "device", "system"] as const;
export type Channel = (typeof channels)[number];

/** 0: nothing leaves; 1: host and masked term; 2: URL, title and the words around the term. */
export const evidenceLevels = [0, 1, 2] as const;
export type EvidenceLevel = (typeof evidenceLevels)[number];

/** An agency's name for a kind of content, such as `adult-content`: an id, never a sentence. */
export const categorySchema = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/);
