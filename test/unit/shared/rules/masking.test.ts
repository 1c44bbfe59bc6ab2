import { contextAround, maskTerm } from "@overt/shared/rules/masking.ts";
import { describe, expect, test } from "vitest";

describe("masking", () => {
  test("keeps the first letter of each word and nothing else", () => {
    expect(maskTerm("hot dogs")).toBe("h•• d•••");
    expect(maskTerm("игра")).toBe("и•••");
    expect(maskTerm("a")).toBe("a");
  });

  test("context is so many words on either side and no more", () => {
    const text = "one two three, four HIT five; six seven eight";
    const at = text.indexOf("HIT");
    expect(contextAround(text, at, at + 3, 2)).toBe("three, four HIT five; six");
    expect(contextAround(text, at, at + 3, 99)).toBe(text);
    expect(contextAround("HIT", 0, 3, 5)).toBe("HIT");
  });
});
