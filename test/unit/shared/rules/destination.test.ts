import { findDestination, parseDestination } from "@overt/shared/rules/destination.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const dodges: readonly (readonly [string, string])[] = [
  ["https://Example.COM/", "example.com"],
  ["https://example.com./", "example.com"],
  ["https://user:secret@example.com:8443/path", "example.com"],
  ["https://example.com\\@other.test/", "example.com"],
  ["http:/example.com", "example.com"],
  ["https://ｅｘａｍｐｌｅ.com/", "example.com"],
  ["https://example。com/", "example.com"],
  ["https://exa\tmple.com/", "example.com"],
  ["https://%65xample.com/", "example.com"],
  ["https://exam\u00adple.com/", "example.com"],
  ["https://bücher.example/", "xn--bcher-kva.example"],
  ["http://2130706433/", "127.0.0.1"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["http://0177.0.0.1/", "127.0.0.1"],
  ["http://127.0.0.1./", "127.0.0.1"],
  ["http://[::ffff:127.0.0.1]/", "127.0.0.1"],
  ["http://[64:ff9b::7f00:1]/", "127.0.0.1"],
  ["http://[2001:DB8:0:0::1]/", "2001:db8::1"],
];

describe("destinations", () => {
  test.each(dodges)("%s is compared as %s", (url, host) => {
    expect(parseDestination(url).host).toBe(host);
  });

  test.each([
    "about:blank",
    "chrome://settings",
    "file:///etc/hosts",
    "data:text/html,x",
    "javascript:1",
    "not a url",
    "https://",
  ])("%s is no web address", (url) => {
    expect(findDestination(url)).toBeUndefined();
    expect(() => parseDestination(url)).toThrow("not a web address");
  });

  test("the registrable domain comes from the public suffix list, and an address has none", () => {
    expect(parseDestination("https://a.b.example.co.uk/").registrableDomain).toBe("example.co.uk");
    expect(parseDestination("https://someone.github.io/").registrableDomain).toBe("someone.github.io");
    expect(parseDestination("http://10.0.0.1/").registrableDomain).toBeUndefined();
  });

  test("escapes, case and repeated slashes in a path make no difference", () => {
    const path = (url: string) => parseDestination(url).path;
    expect(path("https://a.test//Chat/%52oom/../x")).toBe("/chat/x");
    expect(path("https://a.test/%63hat")).toBe("/chat");
    expect(path("https://a.test/%ff")).toBe("/%ff");
  });

  test("parsing again what was parsed changes nothing", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const once = parseDestination(url);
        const again = parseDestination(`https://${once.kind === "ipv6" ? `[${once.host}]` : once.host}/`);
        expect(again.host).toBe(once.host);
      }),
    );
  });
});
