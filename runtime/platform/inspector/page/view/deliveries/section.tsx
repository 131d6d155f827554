import type { ComponentChildren } from "preact";

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

/** A part of the details that can be closed. */
export function Section({ title, note, isOpen = true, children }: SectionProps) {
  return (
    <details class="section" open={isOpen}>
      <summary>
        <h3>{title}</h3> {note !== undefined && <span class="quiet">{note}</span>}
      </summary>
      {children}
    </details>
  );
}
