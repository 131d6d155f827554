import { reasonOf } from "../../base/errors.js";
import { createDeliveryBook, type DeliveryBook, isFinished, type KeptDelivery } from "../delivery-book.js";
import type { DevKiketOptions } from "../options.js";
import { keptOf, ofEarlierRun, readDeliveries, rememberedOf, writeDeliveries } from "./kept-deliveries.js";
import { createSaver, type Saver } from "./saver.js";

export const deliveryFile = "deliveries.json";

/** The deliveries of earlier runs, as the file has them, the oldest first. */
async function readKept(
  { storage, warn }: Pick<DevKiketOptions, "storage" | "warn">,
  now: number,
): Promise<readonly KeptDelivery[]> {
  const text = await storage?.read(deliveryFile);
  if (text === undefined) return [];
  const { deliveries, dropped } = readDeliveries(text) ?? { deliveries: [], dropped: undefined };
  if (dropped === undefined)
    warn?.(`The deliveries of earlier runs in ${deliveryFile} cannot be read, and are dropped`);
  else if (dropped > 0) warn?.(`${dropped} of the deliveries in ${deliveryFile} cannot be read, and are dropped`);
  return keptOf(rememberedOf(deliveries.map(ofEarlierRun), now)).toReversed();
}

/** A book with the deliveries of earlier runs, which is kept. */
export async function openDeliveryBook(
  options: Pick<DevKiketOptions, "storage" | "warn">,
  tell: Parameters<typeof createDeliveryBook>[1],
  now: () => number,
): Promise<{ readonly book: DeliveryBook; readonly saver: Saver }> {
  const { storage, warn } = options;
  let wasLosing = false;
  const saver = createSaver(
    async () => {
      const all = book.all();
      const remembered = rememberedOf(all, now());
      const stays = new Set(remembered);
      for (const delivery of all) if (!stays.has(delivery)) book.remove(delivery.record.id);
      const kept = keptOf(remembered);
      const inFile = new Set(kept);
      const isLosing = remembered.some((delivery) => !isFinished(delivery.record) && !inFile.has(delivery));
      if (isLosing && !wasLosing) {
        warn?.(
          `Not all deliveries that wait fit into ${deliveryFile}: those are lost when this command ends before they are delivered`,
        );
      }
      wasLosing = isLosing;
      await storage?.write(deliveryFile, writeDeliveries(kept));
    },
    (error) => warn?.(`Deliveries cannot be kept: ${reasonOf(error)}`),
  );
  const book = createDeliveryBook(await readKept(options, now()), tell, saver.mark);
  return { book, saver };
}
