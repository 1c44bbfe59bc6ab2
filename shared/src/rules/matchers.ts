import { z } from "zod";
import { Slug } from "../protocol/fields.ts";
import { ruleLimits as limits } from "./limits.ts";

/** A host in comparison form: lower case, punycode, no trailing dot; an IPv6 address without brackets. Covers its subdomains. */
export const HostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f:]{2,39})$/,
    "write the host in lower case without scheme, path or dots at its ends",
  );

export const HostMatcher = z
  .strictObject({
    names: z.array(HostName).max(limits.hostsPerRule),
    lists: z.array(Slug).max(limits.listsPerRule),
    /** Hosts that the rule does not mean, at least as specific as the one that matched. */
    unless: z.array(HostName).max(limits.hostsPerRule).optional(),
  })
  .refine((hosts) => hosts.names.length + hosts.lists.length > 0, "name at least one host or list");
export type HostMatcher = z.infer<typeof HostMatcher>;

/**
 * `host/pattern`, where host is a host name (with its subdomains) or `*`, and pattern is compared with the whole path and
 * query; `*` stands for any run of characters. `example.com/watch*`, `*` + `/chat/*`.
 */
export const PathPattern = z
  .string()
  .max(limits.pathCharacters)
  .regex(/^(?:\*|[a-z0-9_.-]{1,253}|\[[0-9a-f:]{2,39}\])\/[^\s#]*$/, "write host/path, with * for any characters")
  .refine(
    (text) => text.slice(text.indexOf("/")).split("*").length - 1 <= limits.pathWildcards,
    "too many * in one pattern",
  );

/** One phrase and how freely it may be spelled. Absent means no. */
export const Term = z.strictObject({
  text: z.string().min(1).max(limits.termCharacters),
  /** Look-alike letters of other scripts count as the letter (UTS #39 skeleton), and marks over letters are ignored. */
  lookalikes: z.literal(true).optional(),
  /** Letters set apart by spaces or punctuation count as the word. */
  spaced: z.literal(true).optional(),
  /** Digits and signs that stand for letters count as them: 4 for a, 3 for e, 0 for o. */
  digits: z.literal(true).optional(),
  /** `word` (default): whole words only; `start`: the beginning of a word; `any`: anywhere. */
  boundary: z.enum(["start", "any"]).optional(),
});
export type Term = z.infer<typeof Term>;

const terms = z.array(Term).min(1).max(limits.termsPerRule);
const reach = z.number().int().min(1).max(limits.nearWords);

export const TermMatcher = z
  .strictObject({
    /** Any of these, at least `minDistinct` different ones. */
    any: terms.optional(),
    minDistinct: z.number().int().min(1).max(20).optional(),
    /** One of `first` and one of `second` with at most `words` words between them, in either order. */
    near: z.strictObject({ first: terms, second: terms, words: reach }).optional(),
    /** Words that clear the rule: anywhere in the text, or within `unlessWords` words of what matched. */
    unless: terms.optional(),
    unlessWords: reach.optional(),
  })
  .refine((m) => m.any !== undefined || m.near !== undefined, "terms needs any or near")
  .refine(
    (m) => m.minDistinct === undefined || m.minDistinct <= (m.any?.length ?? 0),
    "minDistinct asks for more terms than any has",
  )
  .refine((m) => m.unlessWords === undefined || m.unless !== undefined, "unlessWords goes with unless");
export type TermMatcher = z.infer<typeof TermMatcher>;

const applicationName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\\/\p{Cc}]+$/u);

/** Every field given has to agree. The executable is the file's name without its folder, compared without case. */
export const AppMatcher = z
  .strictObject({
    executable: applicationName.optional(),
    bundleId: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,155}$/)
      .optional(),
    signer: z.string().min(1).max(200).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  })
  .refine((app) => Object.keys(app).length > 0, "an app needs at least one field");
export type AppMatcher = z.infer<typeof AppMatcher>;

export const deviceClasses = ["storage", "phone", "card-reader", "optical", "camera-card", "network-adapter"] as const;
export const DeviceMatcher = z.strictObject({
  classes: z.array(z.enum(deviceClasses)).min(1).max(deviceClasses.length),
  /** In the case's register of declared devices, or not. Absent: either. */
  registered: z.boolean().optional(),
});
export type DeviceMatcher = z.infer<typeof DeviceMatcher>;

export const indicators = ["tor", "vpn", "proxy", "virtual-machine", "private-window", "second-profile"] as const;
export const Indicator = z.enum(indicators);
export type Indicator = z.infer<typeof Indicator>;

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** Local hours in which the rule applies; `to` at or before `from` runs past midnight. Days are ISO: 1 is Monday. */
export const Schedule = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: timeOfDay,
  to: timeOfDay,
});
export type Schedule = z.infer<typeof Schedule>;
