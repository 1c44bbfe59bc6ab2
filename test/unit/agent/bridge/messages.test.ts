import { bridgeLimits } from "@overt/agent/bridge/limits.ts";
import { AgentMessage, type ExtensionMessage, parseExtensionMessage } from "@overt/agent/bridge/messages.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const hello = {
  type: "hello",
  v: 1,
  browser: "chromium",
  extensionVersion: "0.1.0",
  installType: "admin",
  incognitoAllowed: false,
  pinned: true,
};
const navigation = {
  type: "navigation",
  tab: 1,
  window: 2,
  url: "http://a.example/",
  cause: "redirect",
  committedAt: 3,
};
const title = { type: "title", tab: 1, url: "https://a.example/", title: "A" };
const answer = { type: "answer", nonce: "0".repeat(32), pinned: true, windowVisible: true };
const parse = (value: unknown): ExtensionMessage => parseExtensionMessage(Buffer.from(JSON.stringify(value)));

test.each([hello, navigation, { ...navigation, documentId: "0A1B" }, title, answer])(
  "a $type is taken as sent",
  (message) => {
    expect(parse(message)).toEqual(message);
  },
);

describe("a message of another shape is refused", () => {
  test.each([
    ["an unknown type", { ...hello, type: "hallo" }],
    ["another version", { ...hello, v: 2 }],
    ["an extra field", { ...navigation, referrer: "x" }],
    ["a missing field", { ...navigation, cause: undefined }],
    ["an address that is not a web page", { ...navigation, url: "file:///etc/passwd" }],
    ["a too long address", { ...navigation, url: `http://a.example/${"x".repeat(bridgeLimits.urlCharacters)}` }],
    ["a too long title", { ...title, title: "x".repeat(bridgeLimits.titleCharacters + 1) }],
    ["an empty title", { ...title, title: "" }],
    ["a free text where an enum stands", { ...navigation, cause: "curiosity" }],
    ["a nonce that is not 32 hex digits", { ...answer, nonce: "0".repeat(31) }],
    ["a fraction for a tab", { ...navigation, tab: 1.5 }],
    ["a list", [hello]],
    ["null", null],
  ])("%s", (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: "BAD_SCHEMA" }));
  });
});

test("bytes that are no message throw a coded error that repeats nothing of them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => parseExtensionMessage(bytes)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^BAD_(ENCODING|JSON|SCHEMA)$/) }),
      );
    }),
  );
  const secret = "canary-5f2a";
  expect(() => parse({ ...navigation, url: secret })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  );
});

test.each([
  "https://elsewhere.example/",
  "http://127.0.0.1.evil.example/",
  "http://127.0.0.1:80@evil.example/",
  "javascript:alert(1)",
])("a notice address that leaves this device is refused: %s", (noticeUrl) => {
  const status = { type: "status", state: "on", practice: false, noticeUrl, sees: [] };
  expect(AgentMessage.safeParse(status).success).toBe(false);
});
