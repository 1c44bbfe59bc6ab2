import { buildPermitKeeper, type Surface } from "@overt/agent/notice/permit.ts";
import type { CapturePermit } from "@overt/agent/notice/ports.ts";
import { limits } from "@overt/shared/limits.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

function setUp(start = 1_000) {
  const clock = { at: start };
  let drawn = 0;
  const keeper = buildPermitKeeper({
    monotonic: () => clock.at,
    random: (length) => Uint8Array.from({ length }, (_, i) => (i < 4 ? (++drawn >> (8 * i)) & 255 : i)),
  });
  const show = (surface: Surface) => keeper.answer(surface, { challenge: keeper.challenge(surface), inView: true });
  return { clock, keeper, show };
}

describe("a permit", () => {
  test("does not exist while nothing answered", () => {
    const { keeper } = setUp();
    keeper.challenge("page");
    keeper.challenge("badge");
    expect(keeper.current("all")).toBeUndefined();
    expect(keeper.current("browser")).toBeUndefined();
  });

  test("of a page is good for every sensor, of the badge for the browser only", () => {
    const page = setUp();
    expect(page.show("page")).toBe(true);
    expect(page.keeper.current("all")).toMatchObject({ scope: "all", expiresAt: 1_000 + limits.permitSeconds });
    expect(page.keeper.current("browser")?.scope).toBe("all");
    const badge = setUp();
    expect(badge.show("badge")).toBe(true);
    expect(badge.keeper.current("browser")?.scope).toBe("browser");
    expect(badge.keeper.current("all")).toBeUndefined();
  });

  test("ends thirty seconds after its challenge was given, however late the answer came", () => {
    const { clock, keeper } = setUp();
    const challenge = keeper.challenge("page");
    clock.at += 29.5;
    expect(keeper.answer("page", { challenge, inView: true })).toBe(true);
    const permit = keeper.current("all");
    expect(permit && keeper.isLive(permit)).toBe(true);
    clock.at += 0.5;
    expect(keeper.current("all")).toBeUndefined();
    expect(permit && keeper.isLive(permit)).toBe(false);
  });

  const refused: readonly [string, (s: ReturnType<typeof setUp>) => boolean][] = [
    [
      "a late answer",
      ({ clock, keeper }) => {
        const challenge = keeper.challenge("page");
        clock.at += limits.permitSeconds;
        return keeper.answer("page", { challenge, inView: true });
      },
    ],
    [
      "a forged answer",
      ({ keeper }) => {
        keeper.challenge("page");
        return keeper.answer("page", { challenge: "0".repeat(32), inView: true });
      },
    ],
    [
      "a page's challenge answered by the badge",
      ({ keeper }) => keeper.answer("badge", { challenge: keeper.challenge("page"), inView: true }),
    ],
    [
      "a badge's challenge answered by a page",
      ({ keeper }) => keeper.answer("page", { challenge: keeper.challenge("badge"), inView: true }),
    ],
    [
      "a surface that says it is not in view",
      ({ keeper }) => keeper.answer("page", { challenge: keeper.challenge("page"), inView: false }),
    ],
    [
      "a challenge from before the clock stepped back",
      ({ clock, keeper }) => {
        const challenge = keeper.challenge("page");
        clock.at -= 1;
        return keeper.answer("page", { challenge, inView: true });
      },
    ],
    [
      "a clock that answers nonsense",
      ({ clock, keeper }) => {
        clock.at = Number.NaN;
        return keeper.answer("page", { challenge: keeper.challenge("page"), inView: true });
      },
    ],
  ];
  test.each(refused)("is not made by %s", (_, attempt) => {
    const s = setUp();
    expect(attempt(s)).toBe(false);
    expect(s.keeper.current("all")).toBeUndefined();
    expect(s.keeper.current("browser")).toBeUndefined();
  });

  test("is not renewed by a replayed answer, and a wrong surface burns the challenge", () => {
    const { clock, keeper } = setUp();
    const challenge = keeper.challenge("page");
    expect(keeper.answer("page", { challenge, inView: true })).toBe(true);
    clock.at += 10;
    expect(keeper.answer("page", { challenge, inView: true })).toBe(false);
    const other = keeper.challenge("page");
    expect(keeper.answer("badge", { challenge: other, inView: true })).toBe(false);
    expect(keeper.answer("page", { challenge: other, inView: true })).toBe(false);
  });

  test("of the badge ends at once when the badge is unpinned; a page's stays", () => {
    const { keeper, show } = setUp();
    show("page");
    show("badge");
    const held = keeper.current("all");
    keeper.answer("badge", { challenge: keeper.challenge("badge"), inView: false });
    expect(keeper.current("browser")).toBe(held);
    const other = setUp();
    other.show("badge");
    const badge = other.keeper.current("browser");
    other.keeper.answer("badge", { challenge: other.keeper.challenge("badge"), inView: false });
    expect(badge && other.keeper.isLive(badge)).toBe(false);
  });

  test("held across a step of the clock is not revived by a newer one", () => {
    const { clock, keeper, show } = setUp();
    show("page");
    const old = keeper.current("all");
    clock.at = 500;
    show("page");
    expect(keeper.current("all")?.expiresAt).toBe(500 + limits.permitSeconds);
    expect(old && keeper.isLive(old)).toBe(false);
  });

  test("cannot be made elsewhere, copied, or changed", () => {
    const { keeper, show } = setUp();
    show("page");
    const permit = keeper.current("all") as CapturePermit;
    expect(keeper.isLive({ ...permit })).toBe(false);
    expect(setUp().keeper.isLive(permit)).toBe(false);
    expect(() => Object.assign(permit, { expiresAt: 1e9 })).toThrow(TypeError);
  });

  test("open challenges are bounded; the oldest goes first", () => {
    const { keeper } = setUp();
    const first = keeper.challenge("page");
    const later = Array.from({ length: 16 }, () => keeper.challenge("page"));
    expect(keeper.answer("page", { challenge: first, inView: true })).toBe(false);
    expect(keeper.answer("page", { challenge: later[15] as string, inView: true })).toBe(true);
  });
});

// A page or a badge that may be seen, hidden, delayed, forged or replayed, under a clock that jumps. The law: while a
// permit is current, its surface was in view at some moment of the last thirty seconds of an unbroken clock.
type Step =
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "ask"; readonly surface: Surface }
  | { readonly do: "answer"; readonly surface: Surface; readonly which: number; readonly honest: boolean }
  | { readonly do: "see" | "hide"; readonly surface: Surface };

const surface = fc.constantFrom<Surface>("page", "badge");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("wait" as const), seconds: fc.double({ min: -40, max: 45, noNaN: true }) }),
  fc.record({ do: fc.constant("ask" as const), surface }),
  fc.record({ do: fc.constant("answer" as const), surface, which: fc.nat(20), honest: fc.boolean() }),
  fc.record({ do: fc.constantFrom("see" as const, "hide" as const), surface }),
);

test("no notice in view, no permit within thirty seconds, whatever happens in whatever order", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, keeper } = setUp();
      const inView = { page: false, badge: false };
      const lastSeen: Record<Surface, number> = { page: -Infinity, badge: -Infinity };
      const given: string[] = [];
      for (const each of steps) {
        if (each.do === "wait") {
          const before = clock.at;
          clock.at += each.seconds;
          // A sensor asks before each use, so a step back is noticed before the clock moves on.
          keeper.current("browser");
          if (clock.at < before) lastSeen.page = lastSeen.badge = -Infinity;
        }
        for (const name of ["page", "badge"] as const) if (inView[name]) lastSeen[name] = clock.at;
        if (each.do === "see") inView[each.surface] = true;
        if (each.do === "hide") inView[each.surface] = false;
        if (each.do === "see") lastSeen[each.surface] = clock.at;
        if (each.do === "ask") given.push(keeper.challenge(each.surface));
        if (each.do === "answer") {
          const challenge = given[each.which % Math.max(given.length, 1)] ?? "f".repeat(32);
          // A surface that is not in view either says so or stays silent.
          if (inView[each.surface] || each.honest)
            keeper.answer(each.surface, { challenge, inView: inView[each.surface] });
        }
        const page = clock.at - lastSeen.page < limits.permitSeconds;
        const badge = clock.at - lastSeen.badge < limits.permitSeconds;
        if (!page) expect(keeper.current("all")).toBeUndefined();
        if (!page && !badge) expect(keeper.current("browser")).toBeUndefined();
      }
    }),
    { numRuns: 2_000 },
  );
});
