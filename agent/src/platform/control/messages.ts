import { z } from "zod";

/** What the command line asks of the agent that runs under the same account. */
export const ControlRequest = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("status") }),
  z.strictObject({ op: z.literal("export") }),
  z.strictObject({ op: z.literal("not-me") }),
  z.strictObject({ op: z.literal("go-on") }),
  z.strictObject({ op: z.literal("stop") }),
  z.strictObject({ op: z.literal("remove") }),
  z.strictObject({ op: z.literal("bring"), pack: z.string().max(512 * 1024) }),
  z.strictObject({ op: z.literal("bring-code"), host: z.string().max(300), code: z.string().max(100) }),
]);
export type ControlRequest = z.infer<typeof ControlRequest>;

export const ControlAnswer = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), text: z.string() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type ControlAnswer = z.infer<typeof ControlAnswer>;
