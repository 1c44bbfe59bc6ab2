import { findDestination, isAddress, parseDestination } from "@overt/shared/rules/destination.ts";
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

describe("addresses among hosts", () => {
  test.each([
    ...["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "1::", "2001:db8::dead:beef", "fe80::abcd"],
    "1:2:3:4:5:6:7:8",
  ])("%s is one", (host) => expect(isAddress(host)).toBe(true));

  test.each(["cafe", "abc.de", "dead.beef", "a.b.c.fade", "1.2.3.4.a", "1.example", "x-1.face", "e", "4.test"])(
    "%s is none",
    (host) => expect(isAddress(host)).toBe(false),
  );

  test("whatever the parser takes for one", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((one) => one.toString(16));
    const ipv6 = fc
      .tuple(fc.array(group, { minLength: 8, maxLength: 8 }), fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]))
      .map(([groups, zeros]) => `[${groups.map((one, i) => (zeros.includes(i) ? "0" : one)).join(":")}]`);
    const name = fc
      .array(fc.stringMatching(/^[a-f0-9]{1,5}$/), { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join("."));
    fc.assert(
      fc.property(fc.oneof(ipv6, name, fc.ipV4(), fc.domain()), (written) => {
        const host = findDestination(`https://${written}/`)?.host;
        if (host === undefined) return;
        expect(isAddress(host)).toBe(host.includes(":") || /^(\d+\.){3}\d+$/.test(host));
      }),
    );
  });
});
