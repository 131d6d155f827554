import "./scopes-view.css";
import { useEffect, useState } from "preact/hooks";
import type { DevState } from "../../../backend.js";
import type { ScopeReport } from "../../../scope-report.js";
import { failureWords } from "../../state/control-api.js";
import { CopyButton } from "../copy-button.jsx";
import type { ViewProps } from "../view-props.js";
import { BreakableName } from "./breakable-name.jsx";
import { HandlerScopesSection } from "./handler-scopes.jsx";

/** Milliseconds: many deliveries at one moment are one reading. */
const pause = 200;

/** The report, read again with each change of a delivery, a build or the manifest. */
function useReport({ api, state }: ViewProps): { readonly report?: ScopeReport; readonly problem?: string } {
  const [read, setRead] = useState<{ readonly report?: ScopeReport; readonly problem?: string }>({});
  const isLive = state.connection.kind === "live";
  useEffect(() => {
    if (!isLive) return;
    const controller = new AbortController();
    const ask = (): void => {
      api.scopes(controller.signal).then(
        (report) => {
          if (!controller.signal.aborted) setRead({ report });
        },
        (error: unknown) => {
          if (!controller.signal.aborted) setRead((old) => ({ ...old, problem: failureWords(error) }));
        },
      );
    };
    const timer = setTimeout(ask, read.report === undefined ? 0 : pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, isLive, state.deliveries, state.dev?.builds]);
  return read;
}

function Missing({ report: { missing, manifest } }: { readonly report: ScopeReport }) {
  if (missing.length === 0) return null;
  return (
    <section aria-labelledby="missing-scopes">
      <h3 id="missing-scopes">Missing in the manifest</h3>
      <p>
        Add under <code>permissions</code> in <bdi>{manifest ?? "the manifest"}</bdi>, or run{" "}
        <code>npx kiket-gen audit --fix</code>:
      </p>
      <ul class="missing-scopes">
        {missing.map(({ scope, neededBy }) => (
          <li key={scope}>
            <code>- {scope}</code> <CopyButton text={`- ${scope}`} label={`the line for ${scope}`} />{" "}
            <span class="quiet">
              needed by <bdi>{neededBy.join(", ")}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const withoutScopes: Readonly<Record<DevState["kind"], string>> = {
  extension: "The manifest declares no permissions, so the token of a delivery has no scopes.",
  adapter: "An evidence adapter declares no permissions. Its API key needs raw-events:claim and raw-events:submit.",
  receiver: "A webhook has no token, so a receiver declares no permissions.",
};

function Declared({ report, kind }: { readonly report: ScopeReport; readonly kind: DevState["kind"] }) {
  const { declared, unknown, manifest } = report;
  if (declared.length === 0) return <p>{withoutScopes[kind]}</p>;
  const unused =
    unknown.length === 0 ? `not used: remove it from ${manifest ?? "the manifest"}` : "no use is known so far";
  return (
    <section aria-labelledby="declared-scopes">
      <h3 id="declared-scopes">In the manifest</h3>
      <table class="scopes-table">
        <thead>
          <tr>
            <th scope="col">scope</th>
            <th scope="col">use</th>
          </tr>
        </thead>
        <tbody>
          {declared.map(({ scope, isUsed }) => (
            <tr key={scope}>
              <th scope="row">
                <code>
                  <BreakableName name={scope} />
                </code>
              </th>
              <td class={isUsed ? undefined : "wait"}>{isUsed ? "used" : unused}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the manifest grants, what tokens had, and what each handler needs. */
export function ScopesView(props: ViewProps) {
  const { state, of, onGo } = props;
  const { report, problem } = useReport(props);
  const { dev } = state;
  const shown = report?.handlers.filter(({ name }) => of === undefined || name === of) ?? [];
  const choose = (name: string): void => onGo({ kind: "view", view: "scopes", ...(name === "" ? {} : { of: name }) });
  return (
    <div class="scopes">
      <h2 id="view-title" tabIndex={-1}>
        Scopes
      </h2>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {report === undefined || dev === undefined ? (
        problem === undefined && <p class="quiet">Reading the code…</p>
      ) : (
        <>
          <Missing report={report} />
          <Declared report={report} kind={dev.kind} />
          {dev.kind === "extension" && (
            <section aria-labelledby="handler-scopes">
              <h3 id="handler-scopes">Handlers</h3>
              {report.handlers.length === 0 && <p>The manifest declares no event, so there is no handler.</p>}
              {report.handlers.length > 1 && (
                <label>
                  Show{" "}
                  <select value={of ?? ""} onChange={(chosen) => choose(chosen.currentTarget.value)}>
                    <option value="">all</option>
                    {report.handlers.map(({ name }) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                  </select>
                </label>
              )}
              {of !== undefined && shown.length === 0 && (
                <p>
                  There is no handler <bdi>{of}</bdi>.
                </p>
              )}
              {shown.map((handler) => (
                <HandlerScopesSection
                  key={handler.name}
                  handler={handler}
                  onShow={(id) => onGo({ kind: "delivery", id })}
                />
              ))}
            </section>
          )}
          {dev.kind === "extension" && report.unknown.length > 0 && (
            <section aria-labelledby="unknown-scopes">
              <h3 id="unknown-scopes">Not known</h3>
              <ul>
                {report.unknown.map((words) => (
                  <li key={words}>
                    <bdi>{words}</bdi>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </div>
  );
}
