import { parseDestination } from "@overt/shared/rules/destination.ts";
import type { Observation } from "@overt/shared/rules/observation.ts";
import fc from "fast-check";
import { allowRule, rule } from "./support.ts";

/** Random rule sets and observations that meet: few hosts, few paths, few words, in many spellings. */

export const listed = { l1: ["d.test", "b.a.test"], l2: ["10.0.0.1", "x.co.uk"] } as const;

const names = [
  "test",
  "web.test",
  "a.test",
  "b.a.test",
  "c.b.a.test",
  "d.test",
  "ab.test",
  "x.co.uk",
  "10.0.0.1",
  "2001:db8::1",
];
const spelledHosts = [
  ...["a.test", "b.a.test", "c.b.a.test", "www.c.b.a.test", "d.test", "ab.test", "x.co.uk", "10.0.0.1", "other.org"],
  ...["B.A.Test.", "user:pw@a.test:8443", "0x0a.0.0.1", "[::ffff:10.0.0.1]", "[2001:DB8::1]", "%61.test", "ａ.test"],
];
const words = ["red", "blue", "hot dog", "c4t", "赌场", "llŷn", "Игра", "🎰", "cat", "green", "סוד", "سر"];
const glue = [" ", " ", " ", ", ", "-", "", " x y ", "\u200b", " \u202e"];

const often = <T>(weight: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: value });
const maybe = <T>(value: fc.Arbitrary<T>) => often(2, value);
const rarely = <T>(value: fc.Arbitrary<T>) => often(8, value);
const fieldsOf = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const some = <T>(items: readonly T[], most: number, least = 0) =>
  fc.uniqueArray(fc.constantFrom(...items), { minLength: least, maxLength: most });

const hosts = fc
  .record({ names: some(names, 3), lists: some(["l1", "l2"], 1), unless: rarely(some(names, 2, 1)) })
  .filter((one) => one.names.length + one.lists.length > 0)
  .map(fieldsOf);
const pathPattern = fc
  .tuple(
    fc.constantFrom("*", "*", "a.test", "b.a.test", "10.0.0.1", "[2001:db8::1]"),
    fc.array(fc.constantFrom("*", "*", "chat", "/chat", "/room", "Room", "?x=1", "/", "%63", "%2a"), { maxLength: 4 }),
  )
  .map(([host, parts]) => `${host}/${parts.join("")}`);
const paths = fc.array(pathPattern, { minLength: 1, maxLength: 3 });

const term = fc
  .record({
    text: fc.constantFrom(...words, "RED", "c a t"),
    lookalikes: maybe(fc.constant(true)),
    digits: maybe(fc.constant(true)),
    spaced: maybe(fc.constant(true)),
    boundary: maybe(fc.constantFrom("start", "any")),
  })
  .map(fieldsOf)
  // Shorter words, and those without letters, have no spaced spelling.
  .map((one) => (["赌场", "🎰", "סוד", "سر"].includes(String(one["text"])) ? { ...one, spaced: undefined } : one))
  .map(fieldsOf);
const terms = (most: number, least = 1) => fc.array(term, { minLength: least, maxLength: most });
const matcher = fc
  .record({
    any: often(1, terms(5)),
    near: often(5, fc.record({ first: terms(2), second: terms(2), words: fc.integer({ min: 1, max: 4 }) })),
    unless: rarely(terms(2)),
    unlessWords: maybe(fc.integer({ min: 1, max: 3 })),
    minDistinct: often(5, fc.integer({ min: 1, max: 3 })),
  })
  .filter((one) => one.any !== undefined || one.near !== undefined)
  .map((one) => ({
    ...one,
    unlessWords: one.unless && one.unlessWords,
    minDistinct: one.any && one.minDistinct && Math.min(one.minDistinct, one.any.length),
  }))
  .map(fieldsOf);

const category = fc.constantFrom("one-kind", "two-kind");
const schedule = rarely(
  fc.constantFrom(
    [{ days: [3], from: "11:00", to: "13:00" }],
    [{ days: [2, 4], from: "09:00", to: "17:00" }],
    [{ days: [2], from: "18:00", to: "13:00" }],
  ),
);
const common = fc
  .record({
    category,
    mode: fc.constantFrom("live", "live", "live", "shadow"),
    action: fc.constantFrom("alert", "alert", "alert", "count"),
    schedule,
  })
  .map(fieldsOf);
const place = fc
  .record({ hosts: maybe(hosts), paths: maybe(paths) })
  .filter((one) => one.hosts !== undefined || one.paths !== undefined)
  .map(fieldsOf);

type Fields = Record<string, unknown>;
const onPage = fc.tuple(common, place).map(([a, b]): Fields => ({ ...a, ...b, signal: "navigation" }));
const onText = fc
  .tuple(common, fc.constantFrom("search", "title", "title", "page-text", "messages"), matcher, often(5, hosts))
  .map(
    ([a, signal, matched, where]): Fields =>
      fieldsOf({ ...a, signal, terms: matched, hosts: signal === "search" ? undefined : where }),
  );
const allow = fc
  .tuple(place, maybe(category), schedule)
  .map(([where, kind, hours]): Fields => fieldsOf({ ...where, action: "allow", category: kind, schedule: hours }));

const executables = ["Tor Browser.exe", "chat", "CHAT"];
const app = fc
  .record({
    executable: maybe(fc.constantFrom(...executables)),
    bundleId: rarely(fc.constantFrom("org.chat.App", "org.CHAT.app", "org.other")),
    signer: rarely(fc.constantFrom("Chat Ltd", "chat ltd")),
    sha256: rarely(fc.constantFrom("a".repeat(64), "b".repeat(64))),
  })
  .map(fieldsOf);
const device = fc.record({
  classes: some(["storage", "phone", "optical"], 2, 1),
  registered: fc.constantFrom(undefined, true, false),
});
const ofFacts = fc
  .tuple(
    common,
    fc.oneof(
      fc
        .array(
          app.filter((one) => Object.keys(one).length > 0),
          { minLength: 1, maxLength: 2 },
        )
        .map((apps): Fields => ({ signal: "app", apps })),
      device.map((devices): Fields => ({ signal: "device", devices: fieldsOf(devices) })),
      some(["tor", "vpn"], 2, 1).map((indicators): Fields => ({ signal: "system", indicators })),
    ),
  )
  .map(([a, b]): Fields => ({ ...a, ...b }));

/** Rules as `ruleSet` of the support takes them. */
export const ruleList = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: onPage },
      { weight: 5, arbitrary: onText },
      { weight: 2, arbitrary: ofFacts },
      { weight: 1, arbitrary: allow },
    ),
    {
      minLength: 8,
      maxLength: 16,
    },
  )
  .map((list) =>
    list.map((fields, i) => (fields["action"] === "allow" ? allowRule(`r${i}`, fields) : rule(`r${i}`, fields))),
  );

export const surroundings = {
  lists: Object.entries(listed).map(([id, entries]) => ({
    id,
    target: `lists/${id}.bin`,
    sha256: "0".repeat(64),
    entries: entries.length,
    sensitive: false,
  })),
  engines: [
    { id: "findit", names: ["findit"], hosts: [], paths: ["/search"], parameters: ["q", "query"] },
    { id: "inside", names: [], hosts: ["a.test"], paths: [], parameters: ["find"] },
  ],
  wrappers: [
    { id: "go", kind: "redirect", hosts: ["go.test"], path: "/url", inner: { from: "parameter", names: ["u"] } },
    { id: "web", kind: "archive", hosts: ["web.test"], path: "/web/", inner: { from: "path", skip: 1 } },
    { id: "tr", kind: "translate", hosts: ["tr.test"], path: "/", inner: { from: "label" } },
  ],
};

const text = fc
  .array(
    fc.tuple(fc.constantFrom(...words, "RED", "bIue", "c a t", "hot  dog", "other", "4"), fc.constantFrom(...glue)),
    {
      minLength: 2,
      maxLength: 10,
    },
  )
  .map((parts) => parts.flat().join(""));
const pathAndQuery = fc
  .tuple(
    fc.constantFrom("", "chat", "chat/room", "%63hat//Room", "a/chat", "x/../chat/room", "search", "*chat"),
    fc.constantFrom("", "", "?x=1", "?find=red+blue", "?X=%31", "#chat"),
  )
  .map((parts) => parts.join(""));
const pageUrl = fc
  .tuple(fc.constantFrom("http", "https", "HTTPS"), fc.constantFrom(...spelledHosts), pathAndQuery)
  .map(([scheme, host, rest]) => `${scheme}://${host}/${rest}`);
const searchUrl = text.map((typed) => `https://www.findit.co.uk/search?hl=en&q=${encodeURIComponent(typed)}`);
const wrappedUrl = fc.oneof(
  pageUrl.map((inner) => `https://go.test/url?sa=t&u=${encodeURIComponent(inner)}`),
  pageUrl.map((inner) => `https://web.test/web/2020/${inner}`),
  pathAndQuery.map((rest) => `https://b-a-test.tr.test/${rest}`),
);
const url = fc.oneof(
  { weight: 5, arbitrary: pageUrl },
  { weight: 2, arbitrary: searchUrl },
  { weight: 1, arbitrary: wrappedUrl },
);

const textUrl = fc.oneof(pageUrl, wrappedUrl);

const seen = { cause: "user-navigation", channel: "extension" } as const;
/** Visits and titles on these hosts. */
export const observationOn = (names: readonly string[]): fc.Arbitrary<Observation> =>
  fc
    .tuple(fc.constantFrom(...names), pathAndQuery, text, fc.boolean())
    .map(([host, rest, typed, titled]): Observation => {
      const destination = parseDestination(`https://${host}/${rest}`);
      return titled
        ? { ...seen, signal: "title", text: typed, destination }
        : { ...seen, signal: "navigation", destination };
    });
export const observation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 4,
    arbitrary: url.map((one): Observation => ({ ...seen, signal: "navigation", destination: parseDestination(one) })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(text, maybe(textUrl))
      .map(
        ([typed, page]): Observation =>
          page === undefined
            ? { ...seen, signal: "title", text: typed }
            : { ...seen, signal: "title", text: typed, destination: parseDestination(page) },
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(text, textUrl, fc.constantFrom("page-text" as const, "messages" as const))
      .map(
        ([typed, page, signal]): Observation => ({ ...seen, signal, text: typed, destination: parseDestination(page) }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc
        .tuple(app, fc.constantFrom(...executables))
        .map(([fields, executable]): Observation => ({ executable, ...fields, ...seen, signal: "app" }) as Observation),
      fc
        .tuple(fc.constantFrom("storage" as const, "phone" as const), fc.boolean())
        .map(([deviceClass, registered]): Observation => ({ ...seen, signal: "device", deviceClass, registered })),
      fc
        .constantFrom("tor" as const, "vpn" as const)
        .map((indicator): Observation => ({ ...seen, signal: "system", indicator })),
    ),
  },
);
