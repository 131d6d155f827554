import type { ScopeReport } from "../../platform/inspector/scope-report.js";
import type { DeliveryBook } from "../delivery-book.js";
import type { DevKiketOptions, DevProject } from "../options.js";
import { scopeReportOf } from "./scope-report.js";

interface ScopeReaderInputs {
  readonly book: Pick<DeliveryBook, "all">;
  readonly project: () => DevProject;
  readonly readCode: DevKiketOptions["readCode"];
}

/** Reports on scopes. The code is read when somebody asks, and again when `stale` was called since. */
export interface ScopeReader {
  report(): Promise<ScopeReport>;
  /** The code or the manifest is another. */
  stale(): void;
}

export function createScopeReader({ book, project, readCode }: ScopeReaderInputs): ScopeReader {
  let code: ReturnType<NonNullable<DevKiketOptions["readCode"]>> | undefined;
  return {
    async report() {
      if (project().kind === "extension") code ??= readCode?.();
      const deliveries = book.all().map(({ record }) => record);
      return scopeReportOf({ project: project(), deliveries, code: await code });
    },
    stale() {
      code = undefined;
    },
  };
}
