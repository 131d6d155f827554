import { KiketError } from "../../base/errors.js";

export interface CallLimits {
  /** In milliseconds. */
  readonly timeout: number;
  /** How many calls may still be unanswered after their time. More are not sent, so that memory stays bounded. */
  readonly mostUnanswered: number;
  /** How many bytes these calls may hold. */
  readonly mostBytes: number;
}

/** The calls of one store. */
export interface Calls {
  /**
   * The result of a call within the time. If it has failed, `onLost` is called first, with the call itself, which may still succeed if
   * there was no answer; it is undefined if nothing was sent.
   * @param bytes What the call holds until it is answered, if that may be much.
   */
  make<T>(
    send: () => Promise<T>,
    onLost: (error: unknown, sent: Promise<T> | undefined) => void,
    bytes?: number,
  ): Promise<T>;
  /** Resolves when every call that was made has its result. Later calls are refused. */
  end(): Promise<void>;
}

/** Some errors of ioredis are thrown, not rejected. */
function sendSafely<T>(send: () => Promise<T>): Promise<T> {
  try {
    return send();
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Limits the time of each call. An answer that has already arrived is in time, also if the process was too busy to read it.
 * @param failure The error for the caller.
 * @param watch Called before each call; what it returns is called if the call had no answer in time.
 */
export function createCalls(
  { timeout, mostUnanswered, mostBytes }: CallLimits,
  failure: (error: unknown) => KiketError,
  watch: () => (() => void) | undefined,
): Calls {
  let running = 0;
  let unanswered = 0;
  let unansweredBytes = 0;
  let isEnding = false;
  let onIdle: (() => void) | undefined;

  const settle = (): void => {
    running -= 1;
    if (running === 0) onIdle?.();
  };
  return {
    make(send, onLost, bytes = 0) {
      if (isEnding) return Promise.reject(new KiketError("The delivery store is closed"));
      if (unanswered >= mostUnanswered || unansweredBytes >= mostBytes) {
        const error = new Error("earlier calls have no answer yet");
        onLost(error, undefined);
        return Promise.reject(failure(error));
      }
      running += 1;
      const onSilence = watch();
      const sent = sendSafely(send);
      return new Promise((resolve, reject) => {
        let isLate = false;
        let grace: NodeJS.Immediate | undefined;
        const lose = (error: unknown): void => {
          onLost(error, sent);
          settle();
          reject(failure(error));
        };
        const giveUp = (): void => {
          isLate = true;
          unanswered += 1;
          unansweredBytes += bytes;
          lose(new Error(`no answer within ${timeout / 1000} s`));
          onSilence?.();
        };
        const timer = setTimeout(() => {
          grace = setImmediate(giveUp);
        }, timeout);
        /** Whether the caller still waits. */
        const isInTime = (): boolean => {
          clearTimeout(timer);
          clearImmediate(grace);
          if (!isLate) return true;
          unanswered -= 1;
          unansweredBytes -= bytes;
          return false;
        };
        sent.then(
          (value) => {
            if (!isInTime()) return;
            settle();
            resolve(value);
          },
          (error: unknown) => {
            if (isInTime()) lose(error);
          },
        );
      });
    },
    async end() {
      isEnding = true;
      if (running === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}
