import { z } from "zod";
import { Hash, Seconds, Slug, Version } from "../protocol/fields.ts";
import { normalisePath } from "./escapes.ts";
import { ruleLimits as limits } from "./limits.ts";
import {
  AppMatcher,
  DeviceMatcher,
  deviceClasses,
  HostMatcher,
  Indicator,
  PathPattern,
  Schedule,
  TermMatcher,
} from "./matchers.ts";
import { categorySchema, severities } from "./signals.ts";

/** A URL, a text or a fact that a rule must match or must not match; the field has to suit the rule's signal. */
export const Example = z.strictObject({
  url: z.string().max(limits.exampleCharacters).optional(),
  text: z.string().max(limits.exampleCharacters).optional(),
  app: AppMatcher.optional(),
  device: z.strictObject({ deviceClass: z.enum(deviceClasses), registered: z.boolean() }).optional(),
  indicator: Indicator.optional(),
  /** Local time, for rules with a schedule: ISO day of the week and time of day. */
  at: z
    .string()
    .regex(/^[1-7] ([01][0-9]|2[0-3]):[0-5][0-9]$/)
    .optional(),
});
export type Example = z.infer<typeof Example>;

const examples = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    match: z.array(item).min(1).max(limits.examplesPerRule),
    noMatch: z.array(item).min(1).max(limits.examplesPerRule),
  });

const identity = {
  ruleId: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  revision: Version,
  /** Why the rule exists, for whoever reviews its alerts and for the person. */
  reason: z.string().min(1).max(limits.reasonCharacters),
  /** Where it is known to be wrong. */
  knownFailures: z.string().min(1).max(limits.reasonCharacters),
  schedule: z.array(Schedule).min(1).max(limits.schedules).optional(),
};

const consequences = {
  category: categorySchema,
  severity: z.enum(severities),
  evidence: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  cooldownSeconds: z.number().int().min(0).max(limits.cooldownSeconds),
  budgetPerDay: z.number().int().min(1).max(limits.budgetPerDay),
  /** A shadow rule is counted and makes no alert. */
  mode: z.enum(["live", "shadow"]),
};

/** An `alert` rule makes alerts; a `count` rule only feeds behaviour rules. */
const alert = {
  ...identity,
  ...consequences,
  action: z.enum(["alert", "count"]),
  examples: examples(Example),
};

const paths = z.array(PathPattern).min(1).max(limits.pathsPerRule);
const needsDestination = (rule: { hosts?: unknown; paths?: unknown }) =>
  rule.hosts !== undefined || rule.paths !== undefined;
const destinationMessage = "a navigation rule needs hosts or paths";

export const NavigationRule = z
  .strictObject({ ...alert, signal: z.literal("navigation"), hosts: HostMatcher.optional(), paths: paths.optional() })
  .refine(needsDestination, destinationMessage);
const text = { ...alert, terms: TermMatcher };
/** On `search`, the words typed into a known search engine. */
export const SearchRule = z.strictObject({ ...text, signal: z.literal("search") });
/** `hosts` narrows a text rule to pages on those hosts. */
export const TitleRule = z.strictObject({ ...text, signal: z.literal("title"), hosts: HostMatcher.optional() });
export const PageTextRule = z.strictObject({ ...text, signal: z.literal("page-text"), hosts: HostMatcher.optional() });
export const MessagesRule = z.strictObject({ ...text, signal: z.literal("messages"), hosts: HostMatcher.optional() });
export const AppRule = z.strictObject({
  ...alert,
  signal: z.literal("app"),
  apps: z.array(AppMatcher).min(1).max(limits.appsPerRule),
});
export const DeviceRule = z.strictObject({ ...alert, signal: z.literal("device"), devices: DeviceMatcher });
export const SystemRule = z.strictObject({
  ...alert,
  signal: z.literal("system"),
  indicators: z.array(Indicator).min(1).max(16),
});

/** Clears alerts on the pages it names: all of them, or those of one category. */
export const AllowRule = z
  .strictObject({
    ...identity,
    action: z.literal("allow"),
    signal: z.literal("navigation"),
    category: categorySchema.optional(),
    hosts: HostMatcher.optional(),
    paths: paths.optional(),
    examples: examples(Example),
  })
  .refine(needsDestination, destinationMessage);
export type AllowRule = z.infer<typeof AllowRule>;

export const AlertRule = z.discriminatedUnion("signal", [
  NavigationRule,
  SearchRule,
  TitleRule,
  PageTextRule,
  MessagesRule,
  AppRule,
  DeviceRule,
  SystemRule,
]);
export type AlertRule = z.infer<typeof AlertRule>;

export const Rule = z.union([AlertRule, AllowRule]);
export type Rule = z.infer<typeof Rule>;

/** What a behaviour rule tells apart and counts. */
export const groupFields = ["host", "registrable-domain", "rule", "term", "device"] as const;

/** One step of a behaviour example: a match of `rule`, `after` seconds from the start. */
export const BehaviourStep = z.strictObject({
  rule: identity.ruleId,
  after: z.number().int().min(0).max(limits.timespanSeconds),
  host: z.string().max(253).optional(),
  term: z.string().max(limits.termCharacters).optional(),
  device: z.enum(deviceClasses).optional(),
});
export type BehaviourStep = z.infer<typeof BehaviourStep>;

/** A rule over the matches of other rules, in the terms of Sigma's correlations. */
export const BehaviourRule = z
  .strictObject({
    ...identity,
    ...consequences,
    action: z.literal("alert"),
    kind: z.enum(["event_count", "value_count", "temporal", "temporal_ordered"]),
    /** Rules whose matches feed this one; for `temporal_ordered`, in the order in which they have to match. */
    rules: z.array(identity.ruleId).min(1).max(limits.rulesPerBehaviour),
    /** Matches that agree in all of these are one group. */
    groupBy: z.array(z.enum(groupFields)).max(limits.groupFields),
    timespanSeconds: z.number().int().min(1).max(limits.timespanSeconds),
    /**
     * For the two count kinds. Sigma's other comparisons speak of a window that is over, and of what somebody did not do.
     */
    condition: z
      .strictObject({
        op: z.enum(["gte", "gt"]),
        count: z.number().int().min(1).max(limits.behaviourCount),
        /** For `value_count`: the field whose different values are counted. */
        field: z.enum(groupFields).optional(),
      })
      .optional(),
    examples: examples(z.array(BehaviourStep).min(1).max(limits.exampleSteps)),
  })
  .refine((rule) => new Set(rule.rules).size === rule.rules.length, "rules names a rule twice")
  .refine((rule) => new Set(rule.groupBy).size === rule.groupBy.length, "groupBy names a field twice")
  .refine(
    (rule) => rule.kind.endsWith("_count") === (rule.condition !== undefined),
    "a condition goes with event_count and value_count, and with nothing else",
  )
  .refine(
    (rule) => (rule.kind === "value_count") === (rule.condition?.field !== undefined),
    "a field goes with value_count, and with nothing else",
  )
  .refine((rule) => rule.condition?.field === undefined || !rule.groupBy.includes(rule.condition.field), {
    message: "in one group the counted field has one value only: count another, or do not group by it",
  })
  .refine((rule) => rule.kind.endsWith("_count") || rule.rules.length > 1, "a temporal rule needs two rules or more")
  .refine(
    (rule) => rule.kind.endsWith("_count") || !rule.groupBy.includes("rule"),
    "grouped by rule, a temporal rule never sees two rules together",
  );
export type BehaviourRule = z.infer<typeof BehaviourRule>;

/** A rule that can make an alert, which is what the gate, the events and the review desk speak of. */
export type AlertingRule = AlertRule | BehaviourRule;

/** A binary list that the rule set was compiled with: a TUF target bound by its hash. */
export const ListReference = z.strictObject({
  id: Slug,
  target: z.string().regex(/^lists\/[a-z0-9][a-z0-9-]{0,63}\.bin$/),
  sha256: Hash,
  entries: z.number().int().min(0).max(limits.listEntries),
  /** Holds keyed hashes only; the key travels in the order. */
  sensitive: z.boolean(),
});
export type ListReference = z.infer<typeof ListReference>;

/** The beginning of a path as addresses are compared: it could not match otherwise. */
const pathPrefix = z
  .string()
  .regex(/^\/[!-~]{0,80}$/)
  .refine((path) => normalisePath(path) === path && !/[?#%]/.test(path), {
    message: "write the path in small letters, with single slashes and without escapes, ? or #",
  });

const hostName = z.string().regex(/^[a-z0-9.-]{1,253}$/);

/** A search engine: on which hosts, under which paths, which query parameter holds the words. */
export const SearchEngine = z.strictObject({
  id: Slug,
  /** Registrable names without their public suffix: `google` covers google.com and google.co.uk. */
  names: z.array(z.string().regex(/^[a-z0-9-]{1,63}$/)).max(16),
  hosts: z.array(hostName).max(64),
  /** Path prefixes; empty means any path. */
  paths: z.array(pathPrefix).max(16),
  parameters: z
    .array(z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/))
    .min(1)
    .max(8),
});
export type SearchEngine = z.infer<typeof SearchEngine>;

export const wrapperKinds = ["redirect", "translate", "cache", "archive", "amp"] as const;

/** A page that shows or leads to another: where the inner address stands. Opened to one level only. */
export const Wrapper = z.strictObject({
  id: Slug,
  kind: z.enum(wrapperKinds),
  hosts: z.array(hostName).min(1).max(64),
  /** The path has to begin with this. */
  path: pathPrefix,
  inner: z.discriminatedUnion("from", [
    /** A query parameter holds the address. */
    z.strictObject({
      from: z.literal("parameter"),
      names: z
        .array(z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/))
        .min(1)
        .max(8),
    }),
    /** The address is the rest of the path after `path` and then `skip` segments. */
    z.strictObject({ from: z.literal("path"), skip: z.number().int().min(0).max(4) }),
    /** The first label of the host spells the inner host: `-` for `.`, `--` for `-`. */
    z.strictObject({ from: z.literal("label") }),
  ]),
});
export type Wrapper = z.infer<typeof Wrapper>;

/** The compiled rule set: payload of the TUF target `rules/<bundle>.json`. */
export const RuleSet = z
  .strictObject({
    v: z.literal(1),
    bundle: Slug,
    version: Version,
    issuedAt: Seconds,
    /** Past this the bundle stops matching. */
    expires: Seconds,
    /** The Unicode version that case, width, look-alikes and word boundaries are taken from. */
    unicode: z.string().regex(/^[0-9]{1,2}\.[0-9]$/),
    rules: z.array(Rule).max(limits.rules),
    behaviours: z.array(BehaviourRule).max(limits.behaviours),
    lists: z.array(ListReference).max(limits.lists),
    engines: z.array(SearchEngine).max(limits.engines),
    wrappers: z.array(Wrapper).max(limits.wrappers),
  })
  .refine((set) => set.issuedAt < set.expires, "expires must be after issuedAt")
  .refine((set) => set.expires - set.issuedAt <= limits.expiresSeconds, "a rule set runs at most 180 days");
export type RuleSet = z.infer<typeof RuleSet>;
