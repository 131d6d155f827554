import { createTestExtension } from "../src/generated/testing.gen.js";
import { openPager } from "./pager.js";

const rows = [
  { id: 1, name: "Lena", email: "lena@example.com", level: 1 },
  { id: 2, name: "Omar", email: "omar@example.com", level: 2 },
];
const records = [{ module: "com.example.on-call.roster", table: "shifts", projectId: 1, rows }];
const secrets = { PAGER_API_KEY: "a-key", PAGER_WEBHOOK_TOKEN: "a-token" };

/** The extension beside a local Kiket and a pager. Lena is on call, then Omar. */
export async function openOnCall() {
  const pager = await openPager();
  const kiket = await createTestExtension({
    settings: { PAGER_URL: pager.url },
    platform: { seed: { records, secrets } },
  });
  return { kiket, pager, close: () => Promise.all([kiket.close(), pager.close()]) };
}
