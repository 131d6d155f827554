import type { TroubleApi } from "../../state/trouble/trouble-api.js";
import type { Undertake } from "./undertake.js";

interface KeyRotationProps {
  readonly api: TroubleApi;
  readonly undertake: Undertake;
}

export function KeyRotation({ api, undertake }: KeyRotationProps) {
  const rotate = (keepOld: boolean, done: string): void => void undertake(() => api.rotateKeys(keepOld), done);
  return (
    <section aria-labelledby="keys-title">
      <h3 id="keys-title">Signing keys</h3>
      <p class="quiet">
        Deliveries are signed with a new key from then on. An extension that does not know it reads the key set again.
      </p>
      <p class="actions">
        <button type="button" onClick={() => rotate(true, "signed with a new key now, the old one stays")}>
          Rotate, keep the old key
        </button>
        <button type="button" onClick={() => rotate(false, "signed with a new key now, the old one is gone")}>
          Rotate, remove the old key
        </button>
      </p>
    </section>
  );
}
