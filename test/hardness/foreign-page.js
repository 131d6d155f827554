// The script of an attacker's web page. Each attack gets the address and the token of its victim, and resolves with `blocked` if the page
// learns nothing; everything else is a finding.
const asText = (answer) => answer.text();
const asKind = ({ type, status }) => `${type} ${status}`;
const json = '{"event":"issue.created"}';

/** Whether the element loads. */
function loads(element, address, url) {
  return new Promise((resolve) => {
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("blocked");
    element[address] = url;
    document.body.append(element);
  });
}

globalThis.attacks = {
  "reads with fetch": (url) => fetch(url).then(asText),
  "reads with the token": (url, token) => fetch(url, { headers: { "x-kiket-gen-token": token } }).then(asText),
  "reads without CORS": (url) => fetch(url, { mode: "no-cors" }).then(asKind),
  "reads with cookies": (url) => fetch(url, { credentials: "include" }).then(asText),
  "writes as a simple request": (url) => fetch(url, { method: "POST", mode: "no-cors", body: json }).then(asKind),
  "writes JSON with the token": (url, token) => {
    const headers = { "content-type": "application/json", "x-kiket-gen-token": token };
    return fetch(url, { method: "POST", headers, body: json }).then(asText);
  },
  "sends a beacon": async (url) => {
    navigator.sendBeacon(url, json);
    return "blocked";
  },
  "loads it as a script": (url) => loads(document.createElement("script"), "src", url),
  "loads it as a module": (url) => import(url).then(() => "loaded"),
  "loads it as an image": (url) => loads(new Image(), "src", url),
  "loads it as a stylesheet": (url) =>
    loads(Object.assign(document.createElement("link"), { rel: "stylesheet" }), "href", url),
  "opens an event source": (url) =>
    new Promise((resolve) => {
      const source = new EventSource(url);
      source.onopen = () => resolve("opened");
      source.onerror = () => {
        source.close();
        resolve("blocked");
      };
    }),
  "opens a WebSocket": (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace("http", "ws"));
      socket.onopen = () => resolve("opened");
      socket.onerror = () => resolve("blocked");
    }),
};

/** Names and results of the attacks that were not blocked. */
globalThis.attackAll = async (url, token) => {
  const findings = [];
  for (const [name, attack] of Object.entries(attacks)) {
    const found = await attack(url, token).catch(() => "blocked");
    if (found !== "blocked") findings.push(`${name}, ${url}: ${found}`);
  }
  return findings;
};

globalThis.showInFrame = (url) => loads(document.createElement("iframe"), "src", url);

globalThis.sendForm = (action) => {
  const form = Object.assign(document.createElement("form"), { method: "post", enctype: "text/plain", action });
  form.append(Object.assign(document.createElement("input"), { name: '{"event":"issue.created","x":"', value: '"}' }));
  document.body.append(form);
  form.submit();
};

globalThis.statusOf = (url, headers) => fetch(url, { headers }).then(({ status }) => status);

/** What hostile text would try if the page made more than text of it. Returns what worked. */
globalThis.becomeScript = async (elsewhere) => {
  const element = document.createElement("div");
  document.body.append(element);
  const mark = "document.title = 'ran'";
  const attempts = {
    "HTML from text": () => element.insertAdjacentHTML("beforeend", `<img src="x" onerror="${mark}">`),
    "a script from text": () => element.append(Object.assign(document.createElement("script"), { text: mark })),
    "a script from elsewhere": () => loads(document.createElement("script"), "src", elsewhere),
    "a request elsewhere": () => fetch(elsewhere, { mode: "no-cors" }),
    "a handler from text": () => element.setAttribute("onclick", mark),
  };
  const worked = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      worked.push(name);
    } catch {
      // Refused by the browser.
    }
  }
  element.click();
  if (document.title === "ran") worked.push("it ran");
  return worked;
};
