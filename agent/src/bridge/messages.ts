import { parseUtf8 } from "@overt/shared/bytes.ts";
import { VerificationError } from "@overt/shared/errors.ts";
import { z } from "zod";
import { bridgeLimits } from "./limits.ts";

/**
 * What the browser extension and the agent say to each other. The extension is not trusted: any program of the same
 * account can speak in its place, so each message is checked here and an observation is only what the agent's gate
 * makes of it.
 *
 * The extension reports pages only while the agent's last `status` said `on`. In `paused` and `ended` it forgets what
 * it saw; pages opened meanwhile are never reported. When an agent first says `on`, pages already open are reported
 * with the cause `restored`.
 */
const nonce = z.string().regex(/^[0-9a-f]{32}$/);
const tab = z.int().min(0).max(bridgeLimits.largestId);
const url = z
  .string()
  .max(bridgeLimits.urlCharacters)
  .regex(/^https?:\/\//);

/** Opens each conversation and is sent again when one of its facts changes. */
export const Hello = z.strictObject({
  type: z.literal("hello"),
  v: z.literal(1),
  browser: z.enum(["chromium", "firefox"]),
  extensionVersion: z.string().regex(/^\d{1,5}(\.\d{1,5}){0,3}$/),
  /** How the browser says the extension came to it; `admin` is force-installed by policy. */
  installType: z.enum(["admin", "development", "normal", "sideload", "other"]),
  incognitoAllowed: z.boolean(),
  /** Whether the badge is on the toolbar, where the person sees it. */
  pinned: z.boolean(),
});
export type Hello = z.infer<typeof Hello>;

/** How a page came to be in the foreground. */
export const Cause = z.enum(["user-navigation", "redirect", "background", "restored", "unknown"]);
export type Cause = z.infer<typeof Cause>;

/**
 * A top-level http or https page that stayed in the foreground of a visible window for the dwell time. The address
 * carries neither user name, password nor fragment, and is cut at `bridgeLimits.urlCharacters`.
 */
export const Navigation = z.strictObject({
  type: z.literal("navigation"),
  tab,
  window: tab,
  documentId: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,64}$/)
    .optional(),
  url,
  /** The title the page had when it was reported; absent where it had none yet. */
  title: z.string().min(1).max(bridgeLimits.titleCharacters).optional(),
  cause: Cause,
  /** Unix milliseconds on the browser's clock; for `restored` the moment at which the page was found open. */
  committedAt: z.int().min(0),
});
export type Navigation = z.infer<typeof Navigation>;

/** The title of a page that was reported before, when it is first known and whenever it changes in the foreground. */
export const Title = z.strictObject({
  type: z.literal("title"),
  tab,
  url,
  title: z.string().min(1).max(bridgeLimits.titleCharacters),
});
export type Title = z.infer<typeof Title>;

/** Given only when the badge is on the toolbar of a window that is not minimised: the two facts that make it a notice. */
export const Answer = z.strictObject({
  type: z.literal("answer"),
  nonce,
  pinned: z.boolean(),
  windowVisible: z.boolean(),
});
export type Answer = z.infer<typeof Answer>;

export const ExtensionMessage = z.discriminatedUnion("type", [Hello, Navigation, Title, Answer]);
export type ExtensionMessage = z.infer<typeof ExtensionMessage>;

export const Challenge = z.strictObject({ type: z.literal("challenge"), nonce });
export type Challenge = z.infer<typeof Challenge>;

export const AgentState = z.enum(["starting", "on", "paused", "problem", "ended"]);
export type AgentState = z.infer<typeof AgentState>;

export const Status = z.strictObject({
  type: z.literal("status"),
  state: AgentState,
  practice: z.boolean(),
  /** The notice page on this device, or empty where there is none. */
  noticeUrl: z
    .string()
    .max(bridgeLimits.noticeUrlCharacters)
    .regex(/^(http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\/.*)?$/),
  /** Names of the signals that the order allows, for the popup's list of what is seen. */
  sees: z.array(z.string().regex(/^[a-z-]{1,32}$/)).max(bridgeLimits.signals),
});
export type Status = z.infer<typeof Status>;

/** Said by the native host in the agent's place: no agent answers on the local channel. */
export const Away = z.strictObject({ type: z.literal("away") });
export type Away = z.infer<typeof Away>;

export const AgentMessage = z.discriminatedUnion("type", [Challenge, Status, Away]);
export type AgentMessage = z.infer<typeof AgentMessage>;

/** One frame's bytes as a message; throws BAD_ENCODING, BAD_JSON or BAD_SCHEMA and never repeats the content. */
export function parseExtensionMessage(bytes: Uint8Array): ExtensionMessage {
  const text = parseUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new VerificationError("BAD_JSON", "The browser extension sent something that is not JSON.");
  }
  const parsed = ExtensionMessage.safeParse(value);
  if (!parsed.success) throw new VerificationError("BAD_SCHEMA", "The browser extension sent an unknown message.");
  return parsed.data;
}
