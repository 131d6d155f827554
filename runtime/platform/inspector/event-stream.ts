import type { DevChange } from "./backend.js";
import { createChangeLog } from "./change-log.js";

/** Who reads the stream, as far as this file knows of a connection. */
interface StreamReader {
  write(text: string): void;
  /** Bytes that are written and not yet sent. */
  unsent(): number;
  end(): void;
  /** Ends the connection at once. */
  drop(): void;
}

/** Tells changes to everybody who reads. */
export interface EventStream {
  /** Whether there are as many readers as may be. */
  isFull(): boolean;
  /** `after` is the id of the last event that the reader has. */
  add(reader: StreamReader, after: string | undefined): void;
  remove(reader: StreamReader): void;
  publish(change: DevChange): void;
  /** Shows readers that the connection still works. */
  beat(): void;
  /** Ends all of them. */
  close(): void;
}

const mostReaders = 16;

/** In bytes. A reader who has more of them to read gets nothing further: it can come back, and go on where it was. */
const mostUnsent = 8 * 1024 * 1024;

const bounds = { events: 1000, characters: 8 * 1024 * 1024 };

export function createEventStream(): EventStream {
  const log = createChangeLog(bounds);
  const readers = new Set<StreamReader>();
  const tell = (text: string): void => {
    for (const reader of readers) {
      if (reader.unsent() <= mostUnsent) reader.write(text);
      else {
        readers.delete(reader);
        reader.drop();
      }
    }
  };
  return {
    isFull: () => readers.size >= mostReaders,
    add(reader, after) {
      readers.add(reader);
      reader.write(log.since(after));
    },
    remove: (reader) => void readers.delete(reader),
    publish: (change) => tell(log.append(change)),
    beat: () => tell(":\n\n"),
    close() {
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}
