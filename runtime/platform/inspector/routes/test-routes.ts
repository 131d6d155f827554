import type { InspectorBackend } from "../backend.js";
import { RequestProblem } from "../request-problem.js";
import type { SavedTests } from "../saved-test.js";
import { requireSaveTestRequest } from "./request-shape.js";
import { answered, type InspectorRoute } from "./route.js";

/** @throws {RequestProblem} 404 where no command writes tests. */
function testsOf({ tests }: InspectorBackend): SavedTests {
  if (tests !== undefined) return tests;
  throw new RequestProblem(
    404,
    "This local Kiket writes no tests",
    "Only `kiket-gen dev` does: start it in the project.",
  );
}

/** Deliveries as tests of the project. */
export const testRoutes: readonly InspectorRoute[] = [
  {
    method: "GET",
    path: "/api/tests/*",
    answer: async (backend, [delivery = ""]) => answered(await testsOf(backend).plan(delivery)),
  },
  {
    method: "GET",
    path: "/api/tests/*/*",
    answer: async (backend, [delivery = "", name = ""]) => answered(await testsOf(backend).plan(delivery, name)),
  },
  {
    method: "POST",
    path: "/api/tests",
    answer: async (backend, _, readBody) => {
      const tests = testsOf(backend);
      return { status: 201, body: await tests.save(requireSaveTestRequest(await readBody())) };
    },
  },
];
