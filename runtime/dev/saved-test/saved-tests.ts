import { RequestProblem } from "../../platform/inspector/request-problem.js";
import type { SavedTests } from "../../platform/inspector/saved-test.js";
import { secretVariables } from "../../values/secrets.js";
import type { DeliveryBook, KeptDelivery } from "../delivery-book.js";
import type { DevProject, TestFiles, TestRefusal } from "../options.js";
import { testMaterialOf } from "./test-material.js";

interface SavedTestsInputs {
  readonly book: Pick<DeliveryBook, "find">;
  readonly project: () => DevProject;
  readonly files: TestFiles;
  /** Values of the local Kiket that are hidden wherever they are: secrets and credentials. */
  readonly hidden: () => readonly string[];
}

/** Makes tests of the deliveries in the book; `files` writes them. */
export function createSavedTests({ book, project, files, hidden }: SavedTestsInputs): SavedTests {
  function known(id: string): KeptDelivery {
    const delivery = book.find(id);
    if (delivery !== undefined) return delivery;
    throw new RequestProblem(404, "There is no delivery with this id", "Older ones may have been removed.");
  }

  async function prepare(id: string, name?: string) {
    const delivery = known(id);
    const [variables, settings] = [files.variables(), files.settings()];
    const material = testMaterialOf(delivery, project().kind, {
      isSetting: (key) => Object.hasOwn(settings, key),
      environment: {
        settings: picked(variables, Object.values(settings).flat()),
        secrets: picked(variables, project().secrets.flatMap(secretVariables)),
      },
      known: [...Object.values(delivery.content.secrets), ...hidden()],
    });
    const prepared = await files.prepare(material, name);
    if ("problem" in prepared) throw problemOf(prepared);
    const { plan, write } = prepared;
    return { plan: { ...plan, remarks: [...material.remarks, ...plan.remarks] }, write };
  }

  return {
    plan: async (id, name) => (await prepare(id, name)).plan,
    async save({ delivery, name }) {
      const { plan, write } = await prepare(delivery, name);
      const refusal = await write();
      if (refusal !== undefined) throw problemOf(refusal);
      return plan;
    },
  };
}

/** The variables with these names that are set. */
function picked(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const isSet = (name: string): boolean => Object.hasOwn(variables, name) && variables[name] !== "";
  return Object.fromEntries(names.filter(isSet).map((name) => [name, variables[name] ?? ""]));
}

function problemOf({ status, problem, hint }: TestRefusal): RequestProblem {
  return new RequestProblem(status, problem, hint);
}
