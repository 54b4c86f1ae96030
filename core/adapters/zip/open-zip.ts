import { Readable } from 'node:stream';
import { buffer as toBuffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import {
  type Archive,
  DamagedEntryError,
  UnusableZipError,
  type ZipEntry,
} from '../../domain/uploads/zip-entry.ts';

/** Where a zip lies: read by ranges, never whole. */
export interface RangeSource {
  readonly sizeBytes: number;
  /** @param end exclusive. */
  readonly readRange: (start: number, end: number) => Promise<Readable>;
}

const SYMLINK_MODE = 0o120000;
const FILE_TYPE_MASK = 0o170000;

/** What is fetched at once for the many short reads that a directory takes. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Opens a zip's directory.
 * @throws UnusableZipError where it has none.
 */
export async function openZip(source: RangeSource): Promise<Archive> {
  const zip = await openDirectory(source);
  const records = new WeakMap<ZipEntry, Entry>();

  async function* entries(from?: Pick<ZipEntry, 'index' | 'offset'>): AsyncIterable<ZipEntry> {
    const cursor = cursorOf(zip);
    if (from !== undefined) cursor.moveTo(from);
    let place = cursor.place();
    for await (const record of readRecords(zip)) {
      const entry = describe(record, place);
      records.set(entry, record);
      place = cursor.place();
      yield entry;
    }
  }

  return {
    sizeBytes: source.sizeBytes,
    entryCount: zip.entryCount,
    entries,
    async *unpack(entry) {
      const record = records.get(entry);
      if (record === undefined) throw new TypeError('The entry is of another archive.');
      try {
        yield* check(await zip.openReadStreamPromise(record), record);
      } catch (cause) {
        throw passOn(cause) ?? new DamagedEntryError(reasonOf(cause), { cause });
      }
    },
  };
}

/** @throws where the bytes are not as many as, or not those that, the directory says. */
async function* check(bytes: AsyncIterable<Buffer>, { uncompressedSize, crc32: sum }: Entry) {
  let count = 0;
  let actual = 0;
  for await (const chunk of bytes) {
    count += chunk.byteLength;
    if (count > uncompressedSize) throw new Error(`it has more than its ${uncompressedSize} bytes`);
    actual = crc32(chunk, actual);
    yield chunk;
  }
  if (count < uncompressedSize) throw new Error(`it has ${count} of its ${uncompressedSize} bytes`);
  if (actual !== sum) throw new Error('its checksum is another');
}

/** The source failed, not the archive: whether that is sound is not known yet. */
class SourceFailure extends Error {}

const passOn = (cause: unknown) => (cause instanceof SourceFailure ? cause.cause : undefined);

class RangeReader extends RandomAccessReader {
  readonly #source: RangeSource;
  #window = { start: 0, bytes: Buffer.alloc(0) };

  constructor(source: RangeSource) {
    super();
    this.#source = source;
  }

  // biome-ignore lint/complexity/useMaxParams: the signature is yauzl's.
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#windowOf(position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      callback(bytes.byteLength < length ? new Error('unexpected end of file') : null);
    }, callback);
  }

  async #windowOf(position: number, length: number): Promise<Buffer> {
    const { start, bytes } = this.#window;
    if (position < start || position + length > start + bytes.byteLength) {
      const end = Math.min(position + Math.max(length, WINDOW_BYTES), this.#source.sizeBytes);
      const fetched = position < end ? readRange(this.#source, position, end) : Readable.from([]);
      this.#window = { start: position, bytes: await toBuffer(fetched) };
    }
    const from = position - this.#window.start;
    return this.#window.bytes.subarray(from, from + length);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readRange(this.#source, start, end), { objectMode: false });
  }
}

async function* readRange(source: RangeSource, start: number, end: number): AsyncGenerator<Buffer> {
  try {
    yield* await source.readRange(start, end);
  } catch (cause) {
    throw new SourceFailure('The archive could not be read.', { cause });
  }
}

async function openDirectory(source: RangeSource): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new RangeReader(source), source.sizeBytes, {
      lazyEntries: true,
      autoClose: false,
      // Names are decoded below: yauzl would give the whole archive up over one bad name.
      decodeStrings: false,
      // Sizes are checked below: yauzl would do the same over one stored entry.
      validateEntrySizes: false,
    });
  } catch (cause) {
    throw passOn(cause) ?? damaged(cause);
  }
}

/** Where yauzl stands in the directory. Its types take the offset for a boolean. */
function cursorOf(zip: ZipFile) {
  const state = zip as unknown as { readEntryCursor: number; entriesRead: number };
  return {
    place: () => ({ index: state.entriesRead, offset: state.readEntryCursor }),
    moveTo({ index, offset }: Pick<ZipEntry, 'index' | 'offset'>): void {
      state.entriesRead = index;
      state.readEntryCursor = offset;
    },
  };
}

async function* readRecords(zip: ZipFile): AsyncIterable<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (cause) {
    throw passOn(cause) ?? damaged(cause);
  }
}

function describe(record: Entry, place: Pick<ZipEntry, 'index' | 'offset'>): ZipEntry {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, externalFileAttributes } = record;
  const mode = externalFileAttributes >>> 16;
  return {
    ...place,
    name: getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false),
    compressedBytes: record.compressedSize,
    uncompressedBytes: record.uncompressedSize,
    isEncrypted: (generalPurposeBitFlag & 1) === 1,
    isSymlink: (mode & FILE_TYPE_MASK) === SYMLINK_MODE,
  };
}

const damaged = (cause: unknown) =>
  new UnusableZipError(
    'damaged_zip',
    `The file is not a usable zip (${reasonOf(cause)}). Create the archive again.`,
    {
      cause,
    },
  );

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
