import { useState } from "preact/hooks";
import type { Flaw } from "../../../trouble.js";
import { failureWords } from "../../state/control-api.js";
import { flawLine, flaws } from "../../state/trouble/flaw-words.js";
import type { ViewProps } from "../view-props.js";

type Sent = { readonly kind: "sending" } | { readonly kind: "sent"; readonly id: string } | undefined;

/** Sends an event with something wrong, and says what came of it. */
export function FlawedDelivery({ api, state, onGo, say }: Pick<ViewProps, "api" | "state" | "onGo" | "say">) {
  const { dev, deliveries } = state;
  const [flaw, setFlaw] = useState<Flaw>("expired-token");
  const [chosen, setChosen] = useState<string>();
  const [sent, setSent] = useState<Sent>();
  const [problem, setProblem] = useState<string>();
  const events = dev?.events ?? [];
  const newest = deliveries.find(({ event, version }) =>
    events.some((one) => one.name === event && one.version === version),
  );
  const keyOf = (name: string, version: string): string => JSON.stringify([name, version]);
  const first = events[0];
  const usual = newest === undefined ? first && keyOf(first.name, first.version) : keyOf(newest.event, newest.version);
  const key = chosen ?? usual ?? "";
  const send = async (): Promise<void> => {
    const event = events.find(({ name, version }) => keyOf(name, version) === key);
    if (event === undefined || sent?.kind === "sending") return;
    setProblem(undefined);
    setSent({ kind: "sending" });
    try {
      const record = await api.send({ event: event.name, version: event.version, flaw, origin: "page" });
      setSent({ kind: "sent", id: record.id });
      say(flawLine(record)?.text ?? "");
    } catch (error) {
      setSent(undefined);
      setProblem(failureWords(error));
    }
  };
  const delivery = sent?.kind === "sent" ? deliveries.find(({ id }) => id === sent.id) : undefined;
  const line = delivery === undefined ? undefined : flawLine(delivery);
  return (
    <section aria-labelledby="flaw-title">
      <h3 id="flaw-title">Send a delivery with a flaw</h3>
      {dev?.kind === "adapter" && <p class="quiet">An adapter claims its events: nothing is signed for it.</p>}
      {dev?.kind !== "adapter" && first === undefined && <p class="quiet">The manifest declares no event.</p>}
      {dev?.kind !== "adapter" && first !== undefined && (
        <form
          onSubmit={(submitted) => {
            submitted.preventDefault();
            void send();
          }}
        >
          <div class="fields">
            <label>
              Flaw
              <select value={flaw} onChange={({ currentTarget }) => setFlaw(currentTarget.value as Flaw)}>
                {Object.entries(flaws).map(([name, { title }]) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Event, with its sample
              <select value={key} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
                {events.map(({ name, version }) => (
                  <option key={keyOf(name, version)} value={keyOf(name, version)}>
                    {name} {version}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p class="quiet">Sends the event {flaws[flaw].sent}.</p>
          <p class="actions">
            <button type="submit" disabled={sent?.kind === "sending"}>
              {sent?.kind === "sending" ? "Sending…" : "Send with this flaw"}
            </button>
          </p>
        </form>
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {delivery !== undefined && line !== undefined && (
        <p class="flaw-result">
          <b>{delivery.status ?? "no reply"}</b> <span class={line.tone}>{line.text}</span>{" "}
          <button type="button" class="link" onClick={() => onGo({ kind: "delivery", id: delivery.id })}>
            Show the delivery
          </button>
        </p>
      )}
    </section>
  );
}
