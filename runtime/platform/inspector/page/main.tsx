import "./page.css";
import { render } from "preact";
import { tokenInFragment } from "./state/launch-token.js";
import { App } from "./view/app.jsx";
import { HowToOpen } from "./view/how-to-open.jsx";

const storageKey = "kiket-gen-token";

/** The token of the address, which is wiped from it and kept for this tab; else the one that was kept before. */
function takeToken(): string | undefined {
  const given = tokenInFragment(location.hash);
  if (given === undefined) return sessionStorage.getItem(storageKey) ?? undefined;
  history.replaceState(null, "", location.pathname);
  sessionStorage.setItem(storageKey, given);
  return given;
}

function show(token: string | undefined): void {
  const page = document.getElementById("page");
  if (page === null) return;
  // Another token is another run: nothing of the old one stays.
  render(token === undefined ? <HowToOpen /> : <App key={token} token={token} />, page);
}

// The address of a new run, entered in a tab that is open, changes only the fragment.
addEventListener("hashchange", () => {
  if (tokenInFragment(location.hash) !== undefined) show(takeToken());
});
show(takeToken());
