import { useEffect, useRef } from "preact/hooks";
import type { BuildRecord } from "../../../backend.js";
import type { DeliveryState, DeliverySummary } from "../../../delivery-record.js";
import { counted } from "../../state/labels.js";
import { deliveryStates, isFiltering, type ListFilter, longestSearch, noFilter } from "../../state/list-filter.js";

/** Milliseconds without a change after which the count is read out. */
const quietTime = 600;

interface FilterBarProps {
  readonly filter: ListFilter;
  readonly deliveries: readonly DeliverySummary[];
  readonly builds: readonly BuildRecord[];
  readonly fitting: number;
  /** Whether more may be found. */
  readonly isSearching: boolean;
  readonly onFilter: (next: ListFilter) => void;
  /** Goes to the list. */
  readonly onLeave: () => void;
  readonly say: (words: string) => void;
}

function without(filter: ListFilter, ...names: readonly (keyof ListFilter)[]): ListFilter {
  const kept = Object.entries(filter).filter(([name]) => !names.includes(name as keyof ListFilter));
  return { ...noFilter, ...Object.fromEntries(kept) };
}

function distinct(values: readonly (string | undefined)[], chosen: string | undefined): readonly string[] {
  return [...new Set([...values, chosen])].filter((value) => value !== undefined).sort();
}

interface ChoiceProps {
  readonly label: string;
  /** Empty: any. */
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {options.map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** Reduces the list. Escape in the search empties it, and goes back to the list. */
export function FilterBar(props: FilterBarProps) {
  const { filter, deliveries, builds, fitting, isSearching, onFilter, onLeave, say } = props;
  const isOn = isFiltering(filter);
  const all = counted(deliveries.length, "delivery", "deliveries");
  const count = isOn ? `${fitting} of ${all}` : all;
  // News are counted by the page: the count is read out here only for another filter, when all is found.
  const told = useRef(filter);
  useEffect(() => {
    if (isSearching || told.current === filter) return;
    const timer = setTimeout(() => {
      told.current = filter;
      say(count);
    }, quietTime);
    return () => clearTimeout(timer);
  }, [filter, isSearching, count]);
  const events = distinct(
    deliveries.map(({ event }) => event),
    filter.event,
  );
  const verdicts = distinct(
    deliveries.map(({ verdict }) => verdict),
    filter.verdict,
  );
  const outcome = filter.state ?? (filter.verdict === undefined ? "" : `verdict ${filter.verdict}`);
  const chooseOutcome = (value: string): void => {
    const rest = without(filter, "state", "verdict");
    if (value.startsWith("verdict ")) onFilter({ ...rest, verdict: value.slice("verdict ".length) });
    else onFilter(value === "" ? rest : { ...rest, state: value as DeliveryState });
  };
  const numbers = [...new Set([...builds.map(({ number }) => number), ...(filter.build ? [filter.build] : [])])];
  return (
    <search class="filter">
      <input
        id="search"
        type="search"
        aria-label="Search deliveries"
        aria-keyshortcuts="/"
        placeholder="Search ( / )"
        autocomplete="off"
        spellcheck={false}
        maxLength={longestSearch}
        value={filter.text}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(pressed) => {
          if (!["Escape", "ArrowDown", "Enter"].includes(pressed.key)) return;
          pressed.preventDefault();
          if (pressed.key === "Escape") onFilter(noFilter);
          onLeave();
        }}
      />
      <Choice
        label="Filter by outcome"
        value={outcome}
        options={[
          ["", "Any outcome"],
          ...deliveryStates.map((state) => [state, state] as const),
          ...verdicts.map((verdict) => [`verdict ${verdict}`, `verdict ${verdict}`] as const),
        ]}
        onChoose={chooseOutcome}
      />
      <Choice
        label="Filter by type"
        value={filter.event ?? ""}
        options={[["", "Any event"], ...events.map((event) => [event, event] as const)]}
        onChoose={(value) => onFilter(value === "" ? without(filter, "event") : { ...filter, event: value })}
      />
      {(numbers.length > 1 || filter.build !== undefined) && (
        <Choice
          label="Filter by build"
          value={String(filter.build ?? "")}
          options={[
            ["", "Any build"],
            ...numbers.sort((a, b) => b - a).map((number) => [String(number), `build ${number}`] as const),
          ]}
          onChoose={(value) => onFilter(value === "" ? without(filter, "build") : { ...filter, build: Number(value) })}
        />
      )}
      <span class="count quiet">{count}</span>
      {isOn && (
        <button
          type="button"
          onClick={() => {
            onFilter(noFilter);
            onLeave();
          }}
        >
          Clear
        </button>
      )}
    </search>
  );
}
