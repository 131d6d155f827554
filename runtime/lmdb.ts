export { createLmdbStore, type LmdbStore, type LmdbStoreOptions } from "./stores/lmdb.js";
