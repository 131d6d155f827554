/** The answer did not come in time. */
export class NoAnswer extends Error {}

/**
 * The result of a call, within the time. What has already arrived counts as in time, also if the process was too busy to read it.
 * @param timeout In milliseconds.
 * @param onTimeout Called if there was no answer.
 */
export function inTime<T>(call: Promise<T>, timeout: number, onTimeout: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new NoAnswer(`no answer within ${timeout / 1000} s`));
      onTimeout();
    };
    let wait: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      wait = setImmediate(giveUp);
    }, timeout);
    const done = (): void => {
      clearTimeout(timer);
      clearImmediate(wait);
    };
    call.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}
