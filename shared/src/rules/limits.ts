/** The one table of limits on a rule set. They bound the size of every construct, so that no rule set can make matching slow. */
export const ruleLimits = {
  rules: 2_000,
  behaviours: 200,
  lists: 64,
  listEntries: 10_000_000,
  engines: 200,
  wrappers: 200,
  hostsPerRule: 2_000,
  listsPerRule: 16,
  pathsPerRule: 2_000,
  pathCharacters: 256,
  /** `*` in one path pattern. */
  pathWildcards: 8,
  /** Path patterns on one host, or on any, that no sixteen characters in a row tell apart. */
  alikePaths: 256,
  /** All path patterns of a rule set. */
  paths: 100_000,
  termsPerRule: 2_000,
  /** All terms of a rule set. */
  terms: 20_000,
  termCharacters: 80,
  /** Terms of which each ends in the next. */
  nestedTerms: 32,
  /** `near` and `unless` reach at most this many words. */
  nearWords: 50,
  appsPerRule: 200,
  examplesPerRule: 50,
  exampleCharacters: 2_000,
  exampleSteps: 50,
  reasonCharacters: 1_000,
  schedules: 14,
  cooldownSeconds: 31 * 86_400,
  budgetPerDay: 1_000,
  /** The most that an event can say of the matches it stands for. */
  eventCount: 100_000,
  eventWindowSeconds: 31 * 86_400,
  rulesPerBehaviour: 32,
  timespanSeconds: 31 * 86_400,
  behaviourCount: 200,
  groupFields: 3,
  /** Behaviour rules that one rule may feed: they are all asked at each of its matches. */
  behavioursPerRule: 16,
  /** Groups that one behaviour rule remembers; the one that was fed longest ago is forgotten first. */
  behaviourGroups: 64,
  /** Matches that one group remembers; the oldest is forgotten first. More than a condition can ask for. */
  behaviourGroupMemory: 250,
  /** Matches that one behaviour rule remembers over all its groups. */
  behaviourMemory: 2_000,
  /** A rule set runs at most this long after it was issued. */
  expiresSeconds: 180 * 86_400,
  /** Text of one observation that is read, in UTF-16 units; the rest is not matched, and `textTruncated` says so. */
  textUnits: 1024 * 1024,
  urlUnits: 32 * 1024,
} as const;
