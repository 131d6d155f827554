import "./page.css";
import { render } from "preact";
import { ticketInFragment, tokenForTicket, tokenInFragment, withoutToken } from "./state/feed/launch-token.js";
import { App } from "./view/app.jsx";
import { HowToOpen } from "./view/how-to-open.jsx";

const storageKey = "kiket-gen-token";

/** The token of the address, which is wiped from it and kept for this tab; else the one that was kept before. */
async function takeToken(): Promise<string | undefined> {
  const [token, ticket] = [tokenInFragment(location.hash), ticketInFragment(location.hash)];
  if (token !== undefined || ticket !== undefined) {
    history.replaceState(null, "", location.pathname + withoutToken(location.hash));
  }
  const given = ticket === undefined ? token : await tokenForTicket(ticket, fetch.bind(window));
  if (given === undefined) return sessionStorage.getItem(storageKey) ?? undefined;
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
  const isGiven = [tokenInFragment, ticketInFragment].some((find) => find(location.hash) !== undefined);
  if (isGiven) void takeToken().then(show);
});
void takeToken().then(show);
