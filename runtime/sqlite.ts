export { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from "./stores/sqlite/store.js";
