import type { Theme } from "vitepress";
import { useData, withBase } from "vitepress";
// Without its fonts: those of the system need no request.
import DefaultTheme from "vitepress/theme-without-fonts";
import { h } from "vue";
import "./style.css";

/** A link to the copy that programs read. */
function markdownLink() {
  const { page } = useData();
  return () =>
    h(
      "a",
      { class: "as-markdown", href: withBase(`/${page.value.relativePath}`), target: "_self" },
      "This page as Markdown",
    );
}

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "doc-footer-before": () => h(markdownLink) }),
} satisfies Theme;
