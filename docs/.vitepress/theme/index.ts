import type { Theme } from "vitepress";
import { onContentUpdated, useData, withBase } from "vitepress";
// Without its fonts: those of the system need no request.
import DefaultTheme from "vitepress/theme-without-fonts";
import { defineComponent, h } from "vue";
import "./style.css";

/** Scrolls the menu to the entry of the page, which may be far down. */
function showInMenu(): void {
  const menu = document.querySelector(".VPSidebar");
  const entry = [...document.querySelectorAll(".VPSidebar .is-active > .item")].at(-1);
  if (menu === null || entry === undefined) return;
  const { top, bottom } = entry.getBoundingClientRect();
  const isInView = top >= menu.getBoundingClientRect().top && bottom <= window.innerHeight;
  if (!isInView) menu.scrollTop += top - window.innerHeight / 2;
}

/** A link to the copy that programs read. */
const MarkdownLink = defineComponent(() => {
  // After the menu has opened the group of the page.
  onContentUpdated(() => setTimeout(showInMenu, 100));
  const { page } = useData();
  const address = () => withBase(`/${page.value.relativePath}`);
  return () => h("a", { class: "as-markdown", href: address(), target: "_self" }, "This page as Markdown");
});

/** The page for an address that has none. The one of VitePress has no landmark, and a link whose name is not its text. */
const MissingPage = () =>
  h("main", { class: "missing-page" }, [
    h("h1", "404: no such page"),
    h("p", "The site has no page at this address. Search for it, or look at the list of all pages."),
    h("a", { href: withBase("/") }, "All pages"),
  ]);

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, { "doc-footer-before": () => h(MarkdownLink), "not-found": () => h(MissingPage) }),
} satisfies Theme;
