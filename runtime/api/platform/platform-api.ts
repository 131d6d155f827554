import type { Client } from "openapi-fetch";
import type { PlatformPaths } from "./platform-api.gen.js";

/**
 * Typed client for every operation of `schemas/platform.openapi.yaml`. Unlike openapi-fetch's own client, it never returns an `error`: a
 * response other than 2xx throws an `ApiError`, a failed connection an `ApiConnectionError`.
 */
export type PlatformApi = Client<PlatformPaths>;
