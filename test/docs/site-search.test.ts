import { describe, expect, it } from "vitest";
import { searchOptions, sectionsOf } from "../../docs/.vitepress/search.js";

const heading = (level: number, text: string) =>
  `<h${level} id="${text.toLowerCase()}" tabindex="-1">${text} <a class="header-anchor" href="#${text.toLowerCase()}">&ZeroWidthSpace;</a></h${level}>`;

describe("a page, for search", () => {
  it("is a section for each heading, with the headings above it", () => {
    const html = `${heading(1, "A")}<p>one</p>${heading(2, "B")}<p>two</p>${heading(3, "C")}<p>three</p>${heading(2, "D")}<p>four</p>`;
    expect(sectionsOf("docs/a.md", html)).toEqual([
      { anchor: "a", titles: ["A"], text: "one" },
      { anchor: "b", titles: ["A", "B"], text: "two" },
      { anchor: "c", titles: ["A", "B", "C"], text: "three" },
      { anchor: "d", titles: ["A", "D"], text: "four" },
    ]);
  });

  it("has its words apart, as a reader sees them", () => {
    const html = `${heading(1, "A")}<table><tr><td><code>KIKET_A</code></td><td>the &lt;address&gt; &amp; <em>its</em>s</td></tr></table>`;
    expect(sectionsOf("docs/a.md", html)[0]?.text).toBe("KIKET_A the <address> & itss");
  });

  it("of the API reference has the headings that repeat in the section of a name", () => {
    const html = `${heading(3, "serve")}<p>Listens.</p>${heading(4, "Parameters")}<p>port</p>`;
    expect(sectionsOf("docs/reference/api/kiket-gen/runtime.md", html)).toMatchObject([{ titles: ["serve"] }]);
    expect(sectionsOf("docs/a.md", html)).toHaveLength(2);
  });
});

describe("search", () => {
  // As text, because VitePress sends them so to the browser: none may use what is outside of it.
  const alone = <T>(value: T): T => new Function(`return ${String(value).replace(/^\w+\(/, "function(")}`)();
  const { options = {}, searchOptions: asked = {} } = searchOptions;
  const written = alone(options.tokenize) ?? (() => []);
  const typed = alone(asked.tokenize) ?? (() => []);
  const weight = (id: string, term = "word") => alone(asked.boostDocument)?.(id, term) ?? 0;

  it("knows a name, and its parts", () => {
    expect(written("of custom_data.read.")).toEqual(
      expect.arrayContaining(["custom", "data", "read", "custom_data", "custom_data.read"]),
    );
    expect(written("with `--dry-run`")).toContain("--dry-run");
    expect(typed("KIKET_BASE_URL")).toEqual(["KIKET_BASE_URL"]);
    expect(typed("issues:read")).toEqual(expect.arrayContaining(["issues", "read", "issues:read"]));
  });

  it("passes over words that every page has", () => {
    const term = alone(options.processTerm) ?? (() => null);
    expect(["how", "to", "Test", ""].map((word) => term(word))).toEqual([null, null, "test", null]);
  });

  it("takes one thing and several as the same word, and no other end of a word as that", () => {
    const term = alone(options.processTerm) ?? (() => null);
    expect(["webhooks", "webhook", "Secrets", "issues"].map((word) => term(word))).toEqual([
      "webhook",
      "webhook",
      "secret",
      "issue",
    ]);
    const others = ["redis", "status", "address", "dns", "issues:read", "kiket_logs"];
    expect(others.map((word) => term(word))).toEqual(others);
  });

  it("does not guess at short words and codes", () => {
    const fuzzy = alone(asked.fuzzy);
    const guess = (word: string) => (typeof fuzzy === "function" ? fuzzy(word, 0, [word]) : fuzzy);
    expect(["deny", "kg504", "issues:read", "delivery"].map(guess)).toEqual([false, false, false, 0.2]);
  });

  it("puts what explains before lists of names", () => {
    const list = weight("/reference/api/kiket-gen/runtime.html#deny");
    expect(weight("/reference/context.html#verdicts")).toBeGreaterThan(list);
    expect(weight("/reference/manifest/canonical.html#extension")).toBeGreaterThan(
      weight("/reference/manifest/scaffold.html"),
    );
    expect(weight("/reference/environment.html", "kiket_base_url")).toBeGreaterThan(
      weight("/start/by-hand.html", "kiket_base_url"),
    );
  });
});
