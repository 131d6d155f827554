import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
    // Projects that tests make have tests of their own.
    exclude: [...configDefaults.exclude, "test/.tmp/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
