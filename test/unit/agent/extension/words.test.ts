import { extensionId, extensionKey, firefoxExtensionId } from "@overt/agent/bridge/identity.ts";
import { bridgeLimits } from "@overt/agent/bridge/limits.ts";
import { AgentMessage, ExtensionMessage, type Status } from "@overt/agent/bridge/messages.ts";
import { deriveExtensionId } from "@overt/agent/platform/browser/extension-id.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import manifest from "../../../../agent/extension/manifest.json" with { type: "json" };
import { findAgentMessage } from "../../../../agent/extension/src/core/agent-message.ts";
import { badgeFor } from "../../../../agent/extension/src/core/badge.ts";
import { causeOf } from "../../../../agent/extension/src/core/cause.ts";
import { findNoticeAnswer } from "../../../../agent/extension/src/core/notice-answer.ts";
import { longestTitle, observableTitle } from "../../../../agent/extension/src/core/page-title.ts";
import { longestUrl, observableUrl } from "../../../../agent/extension/src/core/page-url.ts";
import { popupWords } from "../../../../agent/extension/src/core/popup-words.ts";
import { lostSession, nextSession, noSession, type Session } from "../../../../agent/extension/src/core/session.ts";

const status = (state: Status["state"]): Status => {
  return { type: "status", state, practice: true, noticeUrl: "http://127.0.0.1:8/n", sees: ["navigation"] };
};

describe("identity", () => {
  test("the id belongs to the key", () => {
    expect(deriveExtensionId(extensionKey)).toBe(extensionId);
  });
  test("the manifest carries Firefox's id, asks for four permissions and no host, and injects nothing", () => {
    expect(manifest.browser_specific_settings.gecko.id).toBe(firefoxExtensionId);
    expect(manifest.permissions).toEqual(["webNavigation", "tabs", "nativeMessaging", "alarms"]);
    expect(Object.keys(manifest)).not.toContain("host_permissions");
    expect(Object.keys(manifest)).not.toContain("content_scripts");
  });
  test("both ends cut at the same lengths", () => {
    expect([longestUrl, longestTitle]).toEqual([bridgeLimits.urlCharacters, bridgeLimits.titleCharacters]);
  });
});

describe("addresses", () => {
  test.each([
    ["http://a.example", "http://a.example/"],
    ["https://user:pass@a.example/x?y=z#part", "https://a.example/x?y=z"],
    ["HTTPS://A.EXAMPLE:443/", "https://a.example/"],
    ["chrome://settings", undefined],
    ["file:///etc/hosts", undefined],
    ["data:text/html,x", undefined],
    ["view-source:http://a.example/", undefined],
    ["about:blank", undefined],
    ["", undefined],
  ])("%s", (url, expected) => {
    expect(observableUrl(url)).toBe(expected);
  });

  test("neither a long query nor a long password pushes the host out", () => {
    expect(observableUrl(`http://${"p".repeat(60_000)}:x@a.example/?${"q".repeat(60_000)}`)).toMatch(
      /^http:\/\/a\.example\/\?q+$/,
    );
  });

  test("whatever address and title a page has, the agent takes the message and a frame holds it", () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withFragments: true }),
        fc.string({ unit: "binary", maxLength: 3_000 }),
        (address, name) => {
          const url = observableUrl(address);
          const title = observableTitle(name, address);
          if (url === undefined || title === undefined) return;
          const message = { type: "title", tab: 1, url, title };
          expect(ExtensionMessage.safeParse(JSON.parse(JSON.stringify(message))).success).toBe(true);
        },
      ),
    );
    const largest = {
      url: observableUrl(`http://a.example/${"é".repeat(60_000)}`),
      title: "\u0000".repeat(longestTitle),
    };
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeLessThan(bridgeLimits.fromExtensionBytes);
  });

  test("an address shown in place of a title is not one", () => {
    expect(observableTitle("a.example/x", "http://a.example/x")).toBeUndefined();
    expect(observableTitle("  ", "http://a.example/x")).toBeUndefined();
    expect(observableTitle("x", "http://a.example/x")).toBe("x");
  });
});

test.each([
  ["link", [], "user-navigation"],
  ["typed", ["from_address_bar"], "user-navigation"],
  ["form_submit", [], "user-navigation"],
  ["link", ["client_redirect"], "redirect"],
  ["typed", ["server_redirect"], "redirect"],
  ["auto_toplevel", [], "unknown"],
  ["something new", [], "unknown"],
])("a navigation by %s %j is %s", (type, qualifiers, cause) => {
  expect(causeOf(type, qualifiers)).toBe(cause);
});

describe("messages from the agent", () => {
  const text = fc.constantFrom(
    "on",
    "paused",
    "x",
    "",
    "http://127.0.0.1:1/",
    "http://localhost.evil/",
    "0".repeat(32),
  );
  const loose = fc.record(
    {
      type: fc.constantFrom("away", "challenge", "status", "other"),
      nonce: text,
      state: text,
      practice: fc.oneof(fc.boolean(), text),
      noticeUrl: text,
      sees: fc.oneof(fc.array(fc.constantFrom("navigation", "title")), text),
    },
    { requiredKeys: ["type"] },
  );
  test("what the agent's schema takes, the check by hand takes, and what it takes has the schema's shape", () => {
    fc.assert(
      fc.property(loose, (value) => {
        const found = findAgentMessage(value);
        const parsed = AgentMessage.safeParse(value);
        if (parsed.success) expect(found).toEqual(parsed.data);
        if (found) expect(AgentMessage.safeParse(found).success).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
  test.each([null, undefined, 1, "status", [], {}])("%j is no message", (value) => {
    expect(findAgentMessage(value)).toBeUndefined();
  });
});

describe("the conversation with the agent", () => {
  const run = (...words: Parameters<typeof nextSession>[1][]) => {
    let session: Session = noSession;
    return words.map((word) => {
      const next = nextSession(session, word);
      session = next.session;
      return next.step;
    });
  };
  test("the first on begins anew, later ones only where something lay between", () => {
    expect(run(status("starting"), status("on"), status("on"), status("problem"), status("on"))).toEqual([
      "idle",
      "begin-again",
      "none",
      "idle",
      "begin",
    ]);
  });
  test("a pause withholds and is resumed; an end withholds", () => {
    expect(run(status("on"), status("paused"), status("on"), status("ended"))).toEqual([
      "begin-again",
      "withhold",
      "resume",
      "withhold",
    ]);
  });
  test("an agent that was away is a new one", () => {
    expect(run(status("on"), { type: "away" }, status("on"))).toEqual(["begin-again", "idle", "begin-again"]);
  });
  test("a lost agent leaves no dead link behind, but practice stays practice", () => {
    const { session } = nextSession(noSession, status("on"));
    expect(lostSession(session).view).toMatchObject({ state: "away", practice: true, noticeUrl: "" });
  });
});

describe("what the person reads", () => {
  const view = { ...noSession.view, practice: false };
  test.each([
    ["on", "ON"],
    ["starting", "OFF"],
    ["paused", "OFF"],
    ["ended", "OFF"],
    ["problem", "!!"],
    ["away", "!!"],
  ] as const)("%s shows %s, and says so in words", (state, text) => {
    const badge = badgeFor({ ...view, state });
    expect(badge.text).toBe(text);
    expect(badge.title.length).toBeGreaterThan(20);
    expect(badgeFor({ ...view, state, practice: true }).title).toMatch(/^PRACTICE\. /);
  });
  test("every signal is put in words, and one that is not known is shown by its name rather than hidden", () => {
    const words = popupWords({ ...view, state: "on", sees: ["navigation", "title", "brand-new"] });
    expect(words.seen).toHaveLength(3);
    expect(words.seen[0]).toContain("addresses of pages");
    expect(words.seen[2]).toBe("brand-new");
    expect(words.neverSeen.join()).toContain("passwords");
    expect(words.practice).toBeUndefined();
  });
});

describe("the challenge", () => {
  const nonce = "0".repeat(32);
  const open = { type: "normal", state: "normal", incognito: false };
  test.each([
    ["pinned, in an open window", true, [open], true],
    ["pinned, one of two windows minimised", true, [{ ...open, state: "minimized" }, open], true],
    ["not pinned", false, [open], false],
    ["every window minimised", true, [{ ...open, state: "minimized" }], false],
    ["only a private window", true, [{ ...open, incognito: true }], false],
    ["only a window without a toolbar", true, [{ ...open, type: "popup" }], false],
    ["no window", true, [], false],
  ])("%s", (_, pinned, windows, answered) => {
    const expected = { type: "answer", nonce, pinned: true, windowVisible: true };
    expect(findNoticeAnswer(nonce, pinned, windows)).toEqual(answered ? expected : undefined);
  });
});
