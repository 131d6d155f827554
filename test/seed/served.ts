import { createExtension, type Extension, type ExtensionOptions, type Fetch } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import type { Platform, PlatformOptions } from "../../runtime/testing.js";
import { createTestLogger } from "../support/deliveries.js";
import { closeAfterwards, openPlatform } from "../support/open-kiket.js";

/** An extension that listens on a port of this machine, beside a local Kiket. */
export interface Served {
  readonly platform: Platform;
  readonly extension: Extension;
  /** Without a slash at the end. */
  readonly url: string;
  /** The headers of each call of the extension, with its credentials, oldest first. The local Kiket records calls without them. */
  readonly sent: readonly { readonly path: string; readonly headers: Headers }[];
}

/** Serves handlers beside a local Kiket, with an empty environment. Both are closed after the test, or after the file's last test. */
export async function openServed(options: ExtensionOptions, platformOptions?: PlatformOptions): Promise<Served> {
  const platform = await openPlatform(platformOptions);
  const sent: { path: string; headers: Headers }[] = [];
  const recording: Fetch = (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (!pathname.endsWith("/jwks.json")) sent.push({ path: pathname, headers: request.headers });
    return fetch(request);
  };
  const own = { baseUrl: platform.baseUrl, env: {}, logger: createTestLogger(), fetch: recording };
  const extension = createExtension({ ...own, ...options });
  const server = await serve(extension, { port: 0, env: {}, signals: false });
  closeAfterwards(() => server.close());
  return { platform, extension, url: server.url, sent };
}
