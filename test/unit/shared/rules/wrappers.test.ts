import { parseDestination } from "@overt/shared/rules/destination.ts";
import type { Wrapper } from "@overt/shared/rules/language.ts";
import { buildWrappers } from "@overt/shared/rules/wrappers.ts";
import { describe, expect, test } from "vitest";

const parameter = (...names: string[]) => ({ from: "parameter" as const, names });
const rest = (skip: number) => ({ from: "path" as const, skip });
const label = { from: "label" as const };
const wrapper = (kind: Wrapper["kind"], hosts: string[], path: string, inner: Wrapper["inner"]): Wrapper => ({
  ...{ id: "one", kind, hosts, path, inner },
});

const wrappers = buildWrappers([
  wrapper("redirect", ["other.example", "go.test"], "/url", parameter("u", "url")),
  wrapper("archive", ["web.test"], "/web/", rest(1)),
  wrapper("amp", ["amp.test"], "/s/", rest(0)),
  wrapper("translate", ["tr.test"], "/", label),
  wrapper("translate", ["tr-of-one-label"], "/", label),
  wrapper("cache", ["two.test"], "/", parameter("a")),
  wrapper("redirect", ["two.test"], "/", parameter("b")),
  wrapper("amp", ["deep.one.test"], "/", parameter("a")),
  wrapper("translate", ["one.test"], "/", parameter("b")),
]);
const open = (address: string) => {
  const found = wrappers.open(parseDestination(`https://${address}`));
  return found && `${found.kind} ${found.destination.host}${found.destination.pathAndQuery}`;
};

describe("a wrapper", () => {
  test.each([
    // By a parameter.
    ["go.test/url?sa=t&u=https%3A%2F%2Fa.test%2Fx%3Fy%3D1", "redirect a.test/x?y=1"],
    ["go.test/url?url=http://a.test/", "redirect a.test/"],
    ["www.go.test/url/more?u=a.test", "redirect a.test/"],
    ["other.example/url?u=a.test", "redirect a.test/"],
    // By what is left of the path.
    ["web.test/web/2020/https://A.test//x", "archive a.test/x"],
    ["web.test/web/2020/a.test/x?y=Z", "archive a.test/x?y=z"],
    ["web.test//web//2020////a.test/x", "archive a.test/x"],
    ["web.test/web/2020/%2F/a.test/x", "archive a.test/x"],
    ["web.test/web/?///https://a.test/x", "archive a.test/x"],
    ["amp.test/s/a.test/s/x", "amp a.test/s/x"],
    // By the first label.
    ["b-a-test.tr.test/Room?x=%41", "translate b.a.test/room?x=a"],
    ["my--site-test.tr.test/", "translate my-site.test/"],
    ["b-test.tr-of-one-label/x", "translate b.test/x"],
    ["a--b--c-d-test.tr.test/", "translate a-b-c.d.test/"],
  ])("opens %s", (address, page) => expect(open(address)).toBe(page));

  test.each([
    ["http://a.test/x", "a.test/x"],
    ["HTTPS://a.test/x", "a.test/x"],
    ["https:a.test/x", "a.test/x"],
    ["https:/a.test/x", "a.test/x"],
    ["https:////a.test/x", "a.test/x"],
    ["http:\\\\a.test/x", "a.test/x"],
    ["//a.test/x", "a.test/x"],
    ["/a.test/x", "a.test/x"],
    ["a.test/x", "a.test/x"],
    ["http.test/x", "http.test/x"],
    ["a.test/http://b.test/", "a.test/http:/b.test/"],
    ["10.0.0.1/x", "10.0.0.1/x"],
  ])("reads %s", (written, page) => {
    expect(open(`go.test/url?u=${encodeURIComponent(written)}`)).toBe(`redirect ${page}`);
  });

  test.each([
    ["another path", "go.test/maps?u=a.test"],
    ["the path further behind", "go.test/x/url?u=a.test"],
    ["a host beside it", "test/url?u=a.test"],
    ["a host that ends alike", "let-go.test/url?u=a.test"],
    ["another parameter", "go.test/url?q=a.test"],
    ["nothing in it", "go.test/url?u="],
    ["no query", "go.test/url"],
    ["its own host in it", "go.test/url?u=https://go.test/other"],
    ["a host without a dot in it", "go.test/url?u=intranet/x"],
    ["an IPv6 address in it", "go.test/url?u=[2001:db8::1]/x"],
    ["no web address in it", "go.test/url?u=ftp://a.test/"],
    ["fewer parts than it skips", "web.test/web/2020"],
    ["nothing behind what it skips", "web.test/web/2020/"],
    ["no label before its host", "tr.test/b.test"],
    ["a host of one label and none before it", "tr-of-one-label/b.test"],
    ["two labels before its host", "x.b-a-test.tr.test/"],
    ["a label that spells no host", "-.tr.test/"],
    ["a label that spells a host without a dot", "intranet.tr.test/"],
  ])("does not open an address with %s", (_, address) => expect(open(address)).toBeUndefined());

  test("of several on one host is the first that leads somewhere", () => {
    expect(open("two.test/?a=a.test&b=b.test")).toBe("cache a.test/");
    expect(open("two.test/?b=b.test")).toBe("redirect b.test/");
    expect(open("two.test/?a=two.test&b=b.test")).toBe("redirect b.test/");
  });

  test("of a wider host is asked first, and of a narrower one where that leads nowhere", () => {
    expect(open("deep.one.test/?a=a.test&b=b.test")).toBe("translate b.test/");
    expect(open("deep.one.test/?a=a.test")).toBe("amp a.test/");
  });

  test("is opened to one level", () => {
    expect(open("go.test/url?u=go.test/url?u=a.test")).toBeUndefined();
    expect(open("go.test/url?u=amp.test/s/a.test/")).toBe("redirect amp.test/s/a.test/");
  });

  test("is not looked for where none is known", () => {
    expect(buildWrappers([]).open(parseDestination("https://go.test/url?u=a.test"))).toBeUndefined();
  });
});
