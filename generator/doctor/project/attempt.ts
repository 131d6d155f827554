import { isUsageError } from "../../base/usage-error.js";
import { describeSystemError } from "../../project/host.js";
import type { Finding } from "../finding.js";
import { projectFinding } from "./project-checks.js";

/** What cannot be read is a finding of the check with this id, and the others go on. */
export async function attempt(
  id: string,
  check: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (isUsageError(error)) return [projectFinding(id, "wrong", error.message)];
    const reason = describeSystemError(error);
    if (reason === undefined) throw error;
    return [projectFinding(id, "wrong", `it cannot be read: ${reason}`, { fix: "make it readable for yourself" })];
  }
}
