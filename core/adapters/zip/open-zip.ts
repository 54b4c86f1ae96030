import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { DamagedEntryError, UnusableZipError, type ZipEntry } from '../../domain/zip-entry.ts';

/** Where a zip lies: read by ranges, never whole. */
export interface RangeSource {
  readonly sizeBytes: number;
  /** @param end exclusive. */
  readonly readRange: (start: number, end: number) => Promise<Readable>;
}

export interface OpenZip {
  readonly entryCount: number;
  /** In the order of the directory. @throws UnusableZipError */
  readonly entries: () => AsyncIterable<ZipEntry>;
  /** Unpacks one entry. @throws DamagedEntryError where its bytes are not what the directory says. */
  readonly unpack: (entry: ZipEntry, into: Writable) => Promise<void>;
}

const SYMLINK_MODE = 0o120000;
const FILE_TYPE_MASK = 0o170000;

/**
 * Opens a zip's directory.
 * @throws UnusableZipError where it has none.
 */
export async function openZip(source: RangeSource): Promise<OpenZip> {
  const zip = await openDirectory(source);
  const records = new WeakMap<ZipEntry, Entry>();

  async function* entries(): AsyncIterable<ZipEntry> {
    let index = 0;
    for await (const record of readRecords(zip)) {
      const entry = describe(record, index++);
      records.set(entry, record);
      yield entry;
    }
  }

  return {
    entryCount: zip.entryCount,
    entries,
    unpack: async (entry, into) => {
      const record = records.get(entry);
      if (record === undefined) throw new TypeError('The entry is of another archive.');
      try {
        await pipeline(await zip.openReadStreamPromise(record), into);
      } catch (cause) {
        throw new DamagedEntryError(reasonOf(cause), { cause });
      }
    },
  };
}

class RangeReader extends RandomAccessReader {
  readonly #source: RangeSource;

  constructor(source: RangeSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const { readRange } = this.#source;
    return Readable.from(
      (async function* () {
        yield* await readRange(start, end);
      })(),
      { objectMode: false },
    );
  }
}

async function openDirectory(source: RangeSource): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new RangeReader(source), source.sizeBytes, {
      lazyEntries: true,
      autoClose: false,
      // Names are decoded below: yauzl would give the whole archive up over one bad name.
      decodeStrings: false,
      validateEntrySizes: true,
    });
  } catch (cause) {
    throw damaged(cause);
  }
}

async function* readRecords(zip: ZipFile): AsyncIterable<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (cause) {
    throw damaged(cause);
  }
}

function describe(record: Entry, index: number): ZipEntry {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, externalFileAttributes } = record;
  const mode = externalFileAttributes >>> 16;
  return {
    index,
    name: getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false),
    compressedBytes: record.compressedSize,
    uncompressedBytes: record.uncompressedSize,
    isEncrypted: (generalPurposeBitFlag & 1) === 1,
    isSymlink: (mode & FILE_TYPE_MASK) === SYMLINK_MODE,
  };
}

const damaged = (cause: unknown) =>
  new UnusableZipError('damaged_zip', `The file is no usable zip (${reasonOf(cause)}). Pack it again.`, {
    cause,
  });

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
