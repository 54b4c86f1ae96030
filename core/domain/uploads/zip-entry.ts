import { DomainError } from '../entities/errors.ts';

/** One entry of a zip, as its directory describes it. Nothing of it has been unpacked yet. */
export interface ZipEntry {
  /** Place in the directory, from 0. */
  readonly index: number;
  /** Where its directory record begins, in bytes from the start of the archive. */
  readonly offset: number;
  readonly name: string;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly isEncrypted: boolean;
  readonly isSymlink: boolean;
}

/** A zip whose directory has been read. */
export interface Archive {
  readonly sizeBytes: number;
  /** As its directory says. */
  readonly entryCount: number;
  /** In the order of the directory, once an archive; from an entry on where one is named. @throws UnusableZipError */
  entries(from?: Pick<ZipEntry, 'index' | 'offset'>): AsyncIterable<ZipEntry>;
  /** One entry's bytes. @throws DamagedEntryError where they are not what the directory says. */
  unpack(entry: ZipEntry): AsyncIterable<Uint8Array>;
}

/** What to do with an entry. */
export type EntryVerdict =
  | { readonly take: 'image' | 'video' }
  | { readonly refuse: { readonly code: EntryRefusal; readonly detail: string } }
  /** A folder, or a file that an operating system added: it is skipped without a word. */
  | 'skip';

export interface ZipLimits {
  readonly entries: number;
  readonly imageBytes: number;
  readonly videoBytes: number;
}

const IMAGE_NAME = /\.(jpe?g|png|webp|avif|tiff?|gif|heic|heif)$/i;
const VIDEO_NAME = /\.(mp4|m4v|mov|webm)$/i;
const ARCHIVE_NAME = /\.(zip|7z|rar|gz|tgz|tar|bz2|xz|zst)$/i;
const LEFTOVER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i;

/** Photographs and videos hardly shrink; what shrinks more than this is made to fill a disk. */
const RATIO_LIMIT = 100;
/** Below this size a high ratio does no harm. */
const RATIO_FREE_BYTES = 1_000_000;

const REFUSALS = {
  unsafe_path: 'The name points outside the archive. Pack it with relative names.',
  symlink: 'It is a symbolic link. Pack the file itself.',
  encrypted_entry: 'It is encrypted. Pack it without a password.',
  nested_archive: 'It is an archive itself. Upload it on its own.',
  unsupported_entry: 'Its name is neither that of an image nor that of a video. Rename it, or leave it out.',
  suspicious_ratio: `It unpacks to over ${RATIO_LIMIT} times its size.`,
  entry_too_large: 'It is larger than an image or a video may be. Make it smaller.',
  empty_entry: 'It is empty. Leave it out.',
} as const;

export type EntryRefusal = keyof typeof REFUSALS;

/** Judges an entry by its directory record alone, the dangerous before the merely unwanted. */
export function judgeEntry(entry: ZipEntry, limits: ZipLimits): EntryVerdict {
  const { name } = entry;
  if (leadsOut(name)) return toRefusal('unsafe_path');
  if (LEFTOVER.test(name) || name.endsWith('/')) return 'skip';
  if (entry.isSymlink) return toRefusal('symlink');
  if (entry.isEncrypted) return toRefusal('encrypted_entry');
  if (ARCHIVE_NAME.test(name)) return toRefusal('nested_archive');
  const take = IMAGE_NAME.test(name) ? 'image' : VIDEO_NAME.test(name) ? 'video' : undefined;
  if (take === undefined) return toRefusal('unsupported_entry');
  return judgeSize(entry, take === 'image' ? limits.imageBytes : limits.videoBytes) ?? { take };
}

function judgeSize(entry: ZipEntry, limitBytes: number): EntryVerdict | undefined {
  const { compressedBytes, uncompressedBytes } = entry;
  if (uncompressedBytes === 0) return toRefusal('empty_entry');
  if (uncompressedBytes > limitBytes) return toRefusal('entry_too_large');
  const isBlownUp = uncompressedBytes > RATIO_LIMIT * compressedBytes && uncompressedBytes > RATIO_FREE_BYTES;
  return isBlownUp ? toRefusal('suspicious_ratio') : undefined;
}

const toRefusal = (code: EntryRefusal): EntryVerdict => ({ refuse: { code, detail: REFUSALS[code] } });

function leadsOut(name: string): boolean {
  const path = name.replaceAll('\\', '/');
  return (
    path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..') || path.includes('\0')
  );
}

/** The archive as a whole can't be used; nothing of it was taken. */
export class UnusableZipError extends DomainError {
  readonly kind = 'unprocessable';
  readonly code: 'damaged_zip' | 'too_many_entries' | 'empty_zip';

  constructor(code: UnusableZipError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One entry's bytes are not what the directory says. */
export class DamagedEntryError extends DomainError {
  readonly kind = 'unprocessable';
  readonly code = 'damaged_entry';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The entry cannot be unpacked (${reason}). Create the archive again.`, options);
  }
}
