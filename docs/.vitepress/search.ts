import type { DefaultTheme } from "vitepress";

/** A part of a page that search finds: below one heading. */
interface Section {
  readonly anchor: string;
  /** Its heading, after those that it stands below. */
  readonly titles: string[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };

function plain(html: string): string {
  return html
    .replace(/<\/?(?:a|code|em|span|strong)\b[^>]*>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (whole, name) => entities[name] ?? whole)
    .replace(/[\s\u200b]+/g, " ")
    .trim();
}

/**
 * The sections of a page as HTML. In the API reference the headings of level 4 and deeper, such as "Properties", are
 * the same below each name: they belong to the section of the name.
 */
export function sectionsOf(path: string, html: string): Section[] {
  const deepest = path.includes("reference/api/") ? 3 : 6;
  const heading = new RegExp(
    `<h([1-${deepest}]) id="([^"]*)"[^>]*>([\\s\\S]*?)<a class="header-anchor"[\\s\\S]*?</a></h\\1>`,
  );
  const [, ...parts] = html.split(heading);
  const above: string[] = [];
  const sections: Section[] = [];
  for (let part = 0; part + 3 < parts.length; part += 4) {
    const [level, anchor = "", title = "", content = ""] = parts.slice(part, part + 4);
    above.length = Number(level) - 1;
    above[Number(level) - 1] = plain(title);
    sections.push({ anchor, titles: above.filter((text) => text !== undefined), text: plain(content) });
  }
  return sections;
}

/** VitePress sends these functions to the browser as text, so each uses nothing but its parameters. */
export const searchOptions: NonNullable<DefaultTheme.LocalSearchOptions["miniSearch"]> = {
  _splitIntoSections: sectionsOf,
  options: {
    /** A name, and its parts: `custom_data.read`, `custom_data`, `custom`, `data` and `read`. */
    tokenize: (text: string) => [
      ...text.split(/[^\p{L}\p{N}]+/u),
      ...(text.match(/[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)+/gu) ?? []),
      ...(text.match(/[\p{L}\p{N}_]+(?:[.:/@-]+[\p{L}\p{N}_]+)+/gu) ?? []),
      ...(text.match(/(?<![\p{L}\p{N}-])--[a-z][a-z-]*/gu) ?? []),
    ],
    processTerm: (term: string) => {
      const isEverywhere =
        /^(?:a|an|and|are|as|at|be|by|can|do|does|for|from|how|i|if|in|is|it|its|my|of|on|or|that|the|this|to|what|when|with)?$/i;
      if (isEverywhere.test(term)) return null;
      // One thing and several are the same word, here and in what is typed. `redis`, `status` and `address` are no plurals.
      return term.toLowerCase().replace(/^([a-z]{2,}[^\W\d_isu])s$/, "$1");
    },
  },
  searchOptions: {
    /** The same, but for the parts of `KIKET_BASE_URL`: they stand in most pages. */
    tokenize: (text: string) => [
      ...text.split(/[^\p{L}\p{N}_]+/u),
      ...(text.match(/[\p{L}\p{N}_]+(?:[.:/@-]+[\p{L}\p{N}_]+)+/gu) ?? []),
      ...(text.match(/(?<![\p{L}\p{N}-])--[a-z][a-z-]*/gu) ?? []),
    ],
    prefix: true,
    // Short words, codes and numbers are meant as they are typed.
    fuzzy: (term: string) => (term.length < 5 || /\d|[.:_/@-]/.test(term) ? false : 0.2),
    boost: { title: 4, text: 2, titles: 1 },
    // A name says more than its parts.
    boostTerm: (term: string) => (/[^\p{L}\p{N}]/u.test(term) ? 4 : 1),
    // A long table answers as well as a short section.
    bm25: { k: 1.2, b: 0.4, d: 0.5 },
    /** Pages that explain come before lists of names, and the manifest of today before its older formats. */
    boostDocument: (id: string, term: string) => {
      // Variables stand in many pages, and this one is the list of them.
      if (/^kiket_/.test(term) && /\/reference\/environment\./.test(id)) return 2.5;
      if (/\/(?:reference\/api\/|CHANGELOG|SECURITY|releasing|scale)/.test(id)) return 0.3;
      if (/\/reference\/manifest\/(?!canonical\.|#|index)/.test(id)) return 0.4;
      if (/\/reference\/(?:endpoints|events)\//.test(id)) return 0.6;
      return /\/reference\/(?:environment|statuses|configuration)\./.test(id) ? 1.4 : 1;
    },
  },
};
