import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRuleBooks } from "@overt/agent/core/rule-books.ts";
import { openPublishedLists } from "@overt/agent/platform/tuf/published-lists.ts";
import { addTarget } from "@overt/scripts/authority/tuf/workspace.ts";
import { toHex } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import { compileHostList } from "@overt/shared/rules/lists/compile-list.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeTufAgency, openTestKeeper, type TufAgency, t0 } from "../support/tuf-agency.ts";
import { makeHosts } from "../unit/shared/rules/lists/support.ts";
import { noon, rule, ruleSet, visit } from "../unit/shared/rules/support.ts";

const hosts = ["listed.test", ...makeHosts(1_500)];
const key = new Uint8Array(32).fill(7);

let agency: TufAgency;
beforeEach(() => {
  agency = makeTufAgency();
});
afterEach(() => agency.close());

/** Publishes a list, and a rule set that names it, as version `version`. */
function publishList(version: number, listed: readonly string[], options: { key?: Uint8Array; says?: object } = {}) {
  const at = t0 + version * 60;
  const { bytes, entries } = compileHostList(listed, options);
  const reference = {
    id: "adult",
    target: "lists/adult.bin",
    sha256: sha256Hex(bytes),
    entries,
    sensitive: options.key !== undefined,
  };
  const rules = [rule("listed", { signal: "navigation", hosts: { names: [], lists: ["adult"] } })];
  const set = ruleSet(rules, {
    version,
    lists: [{ ...reference, ...options.says }],
    issuedAt: t0,
    expires: t0 + 86_400,
  });
  addTarget(agency.workspace, "lists/adult.bin", bytes, { now: at });
  addTarget(agency.workspace, "rules/main.json", canonicalBytes(set), { now: at });
  agency.publish(at);
  return at;
}

function openBooks(listKeys?: Order["listKeys"]) {
  const keeper = openTestKeeper(agency);
  const books = openRuleBooks(openPublishedLists, () => listKeys);
  const ask = (url: string) => books.inForce(t0 + 300).flatMap((engine) => engine.match(visit(url), noon));
  return {
    keeper,
    books,
    matches: (url: string) => ask(url).map(({ matched }) => matched.text),
    version: () => books.inForce(t0 + 300)[0]?.ruleSet.version,
    async refresh(at: number) {
      const outcome = await keeper.refresh(at);
      if (outcome.kind === "updated") books.take(outcome.targets);
      return outcome;
    },
  };
}

const device = () => join(agency.base, "device");
const generations = () =>
  readdirSync(device())
    .filter((name) => name.startsWith("generation-"))
    .sort();
function listPath(generation: string) {
  const folder = join(device(), generation, "lists");
  return join(folder, readdirSync(folder)[0] ?? "");
}

describe("a published list on a device", () => {
  test("matches what it holds and its subdomains, from the disk, also after a restart", async () => {
    const first = openBooks();
    await first.refresh(publishList(1, hosts));
    const again = openBooks();
    const held = await again.keeper.findCurrent();
    expect(held?.findBytes("lists/adult.bin")).toBeUndefined();
    expect(held?.names).toContain("lists/adult.bin");
    if (held !== undefined) again.books.take(held);
    for (const { matches } of [first, again]) {
      expect(matches("https://deep.www.listed.test/x")).toEqual(["listed.test"]);
      expect(matches("https://notlisted.test/")).toEqual([]);
      for (const host of hosts.slice(0, 200)) expect(matches(`https://${host}/`)).toEqual([host]);
    }
  });

  test("is taken over by the next generation without being fetched or written again", async () => {
    const { refresh } = openBooks();
    await refresh(publishList(1, hosts));
    agency.setRules(9, t0 + 90);
    agency.publish(t0 + 90);
    await refresh(t0 + 90);
    const [before, after] = generations().map((name) => statSync(listPath(name)).ino);
    expect(after).toBe(before);
  });

  test("is refused where it is cut short, and fetched again", async () => {
    const books = openBooks();
    const at = publishList(1, hosts);
    await books.refresh(at);
    truncateSync(listPath(generations().at(-1) ?? ""), 5_000);
    const again = openBooks();
    expect(await again.refresh(at + 1)).toMatchObject({ kind: "updated" });
    expect(again.matches("https://listed.test/")).toEqual(["listed.test"]);
  });

  test.each([
    ["its head", 20],
    ["its filter", 400],
    ["a block", -2_000],
  ])("with a flipped bit in %s matches nothing, protects everything, and is fetched again", async (_, offset) => {
    const at = publishList(1, hosts);
    await openBooks().refresh(at);
    const path = listPath(generations().at(-1) ?? "");
    const bytes = readFileSync(path);
    const place = offset < 0 ? bytes.length + offset : offset;
    bytes[place] = (bytes[place] as number) ^ 4;
    writeFileSync(path, bytes);

    const again = openBooks();
    const held = await again.keeper.findCurrent();
    if (held !== undefined) again.books.take(held);
    const order = { protectedHosts: { hosts: [], lists: ["adult"] } } as unknown as Order;
    const answers = hosts.map((host) => {
      try {
        return again.matches(`https://${host}/`)[0] ?? "nothing";
      } catch (error) {
        expect(error).toMatchObject({ code: "STORE_CORRUPT" });
        return "refused";
      }
    });
    expect(answers.every((answer, i) => answer === "refused" || answer === "nothing" || answer === hosts[i])).toBe(
      true,
    );
    expect(answers.some((answer, i) => answer !== hosts[i])).toBe(true);
    if (answers.includes("refused")) expect(again.books.condition(t0 + 300, t0)).toBe("damaged");
    const protectedOnes = hosts.filter((host) => again.books.isProtected([order], host));
    expect(protectedOnes).toHaveLength(hosts.length);

    expect(await again.refresh(at + 1)).toMatchObject({ kind: "updated" });
    expect(hosts.filter((host) => again.matches(`https://${host}/`)[0] !== host)).toEqual([]);
    expect(again.books.condition(t0 + 300, t0)).toBe("in-force");
    expect(again.books.isProtected([order], "elsewhere.test")).toBe(false);
  });
});

describe("a rule set whose list is not what it says", () => {
  test.each<[string, object]>([
    ["another version", { sha256: "0".repeat(64) }],
    ["another number of hosts", { entries: 1 }],
    ["sensitive", { sensitive: true }],
    ["elsewhere", { target: "lists/none.bin" }],
  ])("%s: it is refused whole, and the one before runs on", async (_, says) => {
    const books = openBooks();
    await books.refresh(publishList(1, hosts));
    await books.refresh(publishList(2, [...hosts, "new.test"], { says }));
    expect(books.version()).toBe(1);
    expect(books.matches("https://listed.test/")).toEqual(["listed.test"]);
    expect(books.matches("https://new.test/")).toEqual([]);
  });
});

describe("a sensitive list", () => {
  test("is read with the key of the order", async () => {
    const books = openBooks([{ list: "adult", key: toHex(key) }]);
    await books.refresh(publishList(1, hosts, { key }));
    expect(books.matches("https://a.listed.test/")).toEqual(["listed.test"]);
    expect(books.matches("https://other.test/")).toEqual([]);
  });

  test.each<[string, Order["listKeys"]]>([
    ["no key", undefined],
    ["another list's key", [{ list: "other", key: toHex(key) }]],
    ["a wrong key", [{ list: "adult", key: "11".repeat(32) }]],
  ])("with %s refuses its rule set", async (_, keys) => {
    const books = openBooks(keys);
    await books.refresh(publishList(1, hosts, { key }));
    expect(books.version()).toBeUndefined();
  });
});

test("while observations flow, every answer is of one whole rule set", async () => {
  const books = openBooks();
  const seen: string[] = [];
  let flowing = true;
  const flow = (async () => {
    while (flowing) {
      const set = books.version();
      const [one, two] = ["one", "two"].map((name) => books.matches(`https://${name}.test/`).length);
      seen.push(`${set}:${one}${two}`);
      await new Promise(setImmediate);
    }
  })();
  await books.refresh(publishList(1, ["one.test"]));
  await books.refresh(publishList(2, ["two.test"]));
  await books.refresh(publishList(3, ["one.test", "two.test"], { says: { entries: 7 } }));
  await books.refresh(publishList(4, ["one.test", "two.test"]));
  await new Promise(setImmediate);
  flowing = false;
  await flow;
  expect([...new Set(seen)]).toEqual(["undefined:00", "1:10", "2:01", "4:11"]);
});
