import "./trouble.css";
import { useState } from "preact/hooks";
import { failureWords } from "../../state/control-api.js";
import type { ViewProps } from "../view-props.js";
import { ActiveFaults } from "./active-faults.jsx";
import { ClockControl } from "./clock-control.jsx";
import { FaultForm } from "./fault-form.jsx";
import { FlawedDelivery } from "./flawed-delivery.jsx";
import { KeyRotation } from "./key-rotation.jsx";
import type { Undertake } from "./undertake.js";

/** Faults of the local Kiket. */
export function TroubleView({ api, state, onGo, say }: ViewProps) {
  const [problem, setProblem] = useState<string>();
  const { dev } = state;
  const undertake: Undertake = async (work, done) => {
    setProblem(undefined);
    try {
      await work();
      say(done);
    } catch (error) {
      setProblem(failureWords(error));
    }
  };
  return (
    <div class="trouble">
      <h2 id="view-title" tabIndex={-1}>
        Faults and clock
      </h2>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {dev === undefined ? (
        <p class="quiet">Connecting…</p>
      ) : (
        <>
          <ActiveFaults api={api.trouble} trouble={dev.trouble} undertake={undertake} />
          <FaultForm api={api.trouble} undertake={undertake} />
          <ClockControl api={api.trouble} trouble={dev.trouble} undertake={undertake} />
          <FlawedDelivery api={api} state={state} onGo={onGo} say={say} />
          <KeyRotation api={api.trouble} undertake={undertake} />
        </>
      )}
    </div>
  );
}
