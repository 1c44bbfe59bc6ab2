import { join } from "node:path";
import { buildRulesCommand } from "@overt/scripts/authority/rules/command.ts";
import { afterEach, describe, expect, test, vi } from "vitest";

const example = join(import.meta.dirname, "..", "..", "..", "..", "scripts", "authority", "example");

/** What `authority rules explain` answers over the example bundle. */
async function explain(...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  await buildRulesCommand().parseAsync(["explain", example, ...args], { from: "user" });
  return written.join("");
}

afterEach(() => vi.restoreAllMocks());

describe("explain says each step, and why nothing matched", () => {
  test("a host: which name or listed host covers it, and which behaviour rules it feeds", async () => {
    const said = await explain("--url", "https://www.velvarine.example/");
    expect(said).toMatch(/adult-sites +navigation +ALERT by host "velvarine\.example"/);
    expect(said).toMatch(/Feeds the behaviour rules .*repeated-adult-visits/);
  });

  test("words: which terms stand where, and which of them cleared it", async () => {
    const said = await explain("--search", "velvarine news gallery");
    expect(said).toMatch(/one of its "unless" words clears/);
    expect(said).toMatch(/first: "velvarine" at 1; near, second: "galler" at 16; unless: "news" at 11/);
    expect(said).toMatch(/nothing matched\. Nearest was adult-searches/);
  });

  test("words without an address bring no made-up address", async () => {
    expect(await explain("--search", "velvarine")).not.toMatch(/invalid|adult-sites/);
  });

  test("a schedule: the hours that the rule keeps to", async () => {
    const said = await explain("--url", "https://lanternline.example/", "--at", "Wed 12:00");
    expect(said).toMatch(/night-chat-visits .*outside its schedule \(every day 22:00-06:00\)/);
  });

  test("a page within another: both addresses as they are compared", async () => {
    const said = await explain("--url", "https://translate.google.com/translate?u=https://velvarine.example/x");
    expect(said).toMatch(/host +translate\.google\.com/);
    expect(said).toMatch(/within a translator, opened to one level\n +host +velvarine\.example/);
  });

  test("precedence: what clears it, by name", async () => {
    const said = await explain("--url", "https://pairwise.example/help/leave");
    expect(said).toMatch(/dating-sites .*the allow rule help-pages clears it/);
  });

  test("a look-alike of a listed host: which one, whose, and that it is another", async () => {
    const said = await explain("--url", "https://velv\u0430rine.example/");
    expect(said).toMatch(
      /looks like +velvarine\.example, which .*adult-sites.* lists?; xn--\S+ \(velv\u0430rine\.example\) is another/,
    );
    expect(said).toMatch(/nothing matched\. Nearest was adult-s\w+: the host only looks like one of its hosts/);
  });
});
