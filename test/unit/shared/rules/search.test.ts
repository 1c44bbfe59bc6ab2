import { parseDestination } from "@overt/shared/rules/destination.ts";
import { buildSearchEngines, findParameter } from "@overt/shared/rules/search.ts";
import { describe, expect, test } from "vitest";

const engine = (fields: { names?: string[]; hosts?: string[]; paths?: string[]; parameters?: string[] }) => ({
  id: "practice",
  ...{ names: [], hosts: [], paths: [], parameters: ["q"] },
  ...fields,
});

describe("the words of a search", () => {
  const engines = buildSearchEngines([
    engine({ names: ["findit", "fundit", "seek"], paths: ["/search", "/find"], parameters: ["q", "query"] }),
    engine({ hosts: ["search.a.test", "b.test"], parameters: ["find"] }),
    engine({ hosts: ["b.test"], parameters: ["also"] }),
  ]);
  const find = (address: string) => engines.findWords(parseDestination(`https://${address}`));

  test.each([
    ["an engine's name under any public suffix", "findit.com/search?q=red+hat", "red hat"],
    ["another name of the same length and first letter", "fundit.com/search?q=red", "red"],
    ["a name of another length", "seek.org/search?q=red", "red"],
    ["below that name", "images.findit.co.uk/search?q=red", "red"],
    ["any of its paths, and what goes on from there", "findit.com/finder/x?q=red", "red"],
    ["any of its parameters", "findit.com/search?query=red", "red"],
    ["the first of them in the address", "findit.com/search?query=blue&q=red", "blue"],
    ["one of its hosts", "b.test/?find=red", "red"],
    ["below one of its hosts", "www.search.a.test/anything?find=red", "red"],
    ["the next engine where the first has no words", "b.test/?also=red", "red"],
    ["the next engine where the words of the first are white space", "b.test/?find=+%20&also=red", "red"],
    ["white space around the words is theirs", "b.test/?find=+red+", " red "],
  ])("are read: %s", (_, address, words) => expect(find(address)).toBe(words));

  test.each([
    ["a name that is not the registrable one", "findit.evil.test/search?q=red"],
    ["a name that goes on", "findits.com/search?q=red"],
    ["a name that ends alike", "refindit.com/search?q=red"],
    ["a name that begins alike and is as long", "fandit.com/search?q=red"],
    ["a name that is a public suffix", "findit/search?q=red"],
    ["a path that an engine does not have", "findit.com/maps/search?q=red"],
    ["a parameter of another engine", "findit.com/search?find=red"],
    ["a host beside the engine's", "a.test/?find=red"],
    ["a host that ends alike", "not-b.test/?find=red"],
    ["no query", "findit.com/search"],
    ["no words", "findit.com/search?q="],
    ["white space only", "findit.com/search?q=+%09+"],
    ["an address, which has no registrable name", "10.0.0.1/search?q=red"],
  ])("are none: %s", (_, address) => expect(find(address)).toBeUndefined());

  test("are none where no engine is known", () => {
    expect(buildSearchEngines([]).findWords(parseDestination("https://findit.com/search?q=red"))).toBeUndefined();
  });

  test.each([
    ["findit.com/search?q=red", 1],
    ["images.findit.co.uk/search?q=red", 1],
    ["findit.evil.test/search?q=red", 1],
    ["findit.com/search", 0],
    ["fandit.com/search?q=red", 0],
    ["findits.com/search?q=red", 0],
    ["refindit.com/search?q=red", 0],
    ["b.test/?find=red", 0],
    ["www.other.example/?q=red", 0],
  ])("of %s cost %i questions to the Public Suffix List", (address, questions) => {
    const destination = parseDestination(`https://${address}`);
    let asked = 0;
    engines.findWords({
      ...destination,
      get registrableDomain() {
        asked++;
        return destination.registrableDomain;
      },
    });
    expect(asked).toBe(questions);
  });

  test("belong to the engine that is meant, not to another one with that parameter", () => {
    const both = buildSearchEngines([
      engine({ names: ["findit"], parameters: ["q"] }),
      engine({ hosts: ["b.test"], parameters: ["z"] }),
    ]);
    expect(both.findWords(parseDestination("https://findit.com/?z=blue&q=red"))).toBe("red");
    expect(both.findWords(parseDestination("https://findit.com/?z=blue"))).toBeUndefined();
    expect(both.findWords(parseDestination("https://b.test/?q=blue&z=red"))).toBe("red");
    expect(both.findWords(parseDestination("https://b.test/?q=blue"))).toBeUndefined();
  });
});

describe("a query parameter", () => {
  test.each([
    ["q=red", "red"],
    ["a=1&q=red&b=2", "red"],
    ["q=red&q=blue", "red"],
    ["other=blue&words=red", "red"],
    ["q=a=b", "a=b"],
    ["q=red+hat%2Bcoat+x", "red hat+coat x"],
    ["%71=red", "red"],
    ["q=", ""],
    ["q&=x&q=red", "red"],
  ])("of %s is read", (query, value) => expect(findParameter(query, ["q", "words"])).toBe(value));

  test.each(["", "q", "=q", "qq=red", "Q=red", "a&b=q", "q%3Dred", "p=1&;q=red"])("of %s is not there", (query) =>
    expect(findParameter(query, ["q", "words"])).toBeUndefined(),
  );

  test("has a name of at least one character", () => {
    expect(findParameter("=red", [""])).toBeUndefined();
  });
});
