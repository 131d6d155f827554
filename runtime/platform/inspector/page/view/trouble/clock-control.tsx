import { useState } from "preact/hooks";
import type { TroubleState } from "../../../trouble.js";
import type { TroubleApi } from "../../state/trouble/trouble-api.js";
import { aheadWords } from "../../state/trouble/trouble-words.js";
import type { Undertake } from "./undertake.js";

const steps = [
  { title: "+5 min", milliseconds: 5 * 60_000 },
  { title: "+1 h", milliseconds: 3_600_000 },
  { title: "+1 day", milliseconds: 86_400_000 },
] as const;

const units = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof units;

interface ClockControlProps {
  readonly api: TroubleApi;
  readonly trouble: TroubleState;
  readonly undertake: Undertake;
}

/** Moves the clock of Kiket and the extension. */
export function ClockControl({ api, trouble: { clockAhead }, undertake }: ClockControlProps) {
  const [amount, setAmount] = useState("");
  const [unit, setUnit] = useState<Unit>("hours");
  const [isMoving, setMoving] = useState(false);
  const move = (request: Parameters<TroubleApi["moveClock"]>[0]): void => {
    if (isMoving) return;
    setMoving(true);
    void undertake(() => api.moveClock(request), "the clock was moved").then(() => setMoving(false));
  };
  return (
    <section aria-labelledby="clock-title">
      <h3 id="clock-title">Clock</h3>
      <p>
        <b class={clockAhead === 0 ? "" : "wait"}>{clockAhead === 0 ? "Now" : aheadWords(clockAhead)}</b>
        <span class="quiet">
          {" "}
          of Kiket and of the extension, which is started again when it is moved. Deliveries that wait for their next
          attempt have then waited for that long.
        </span>
      </p>
      <p class="actions">
        {steps.map(({ title, milliseconds }) => (
          <button key={title} type="button" onClick={() => move({ advance: milliseconds })}>
            {title}
          </button>
        ))}
        <button
          type="button"
          aria-disabled={clockAhead === 0}
          onClick={() => {
            if (clockAhead > 0) move({ reset: true });
          }}
        >
          Back to now
        </button>
      </p>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          move({ advance: Math.round(Number(amount) * units[unit]) });
        }}
      >
        <div class="fields clock-fields">
          <label>
            Ahead by
            <input
              type="number"
              min="0.01"
              step="any"
              required
              value={amount}
              onInput={({ currentTarget }) => setAmount(currentTarget.value)}
            />
          </label>
          <label>
            Unit
            <select value={unit} onChange={({ currentTarget }) => setUnit(currentTarget.value as Unit)}>
              {Object.keys(units).map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit">Move ahead</button>
        </div>
      </form>
    </section>
  );
}
