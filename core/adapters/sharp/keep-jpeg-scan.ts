/**
 * From this mean step of the luma quantisation table on, a JPEG is compressed so far that encoding it again at
 * quality 95 saves less than a sixth (about quality 97 of libjpeg's tables). Measured in docs/adr/0006.
 */
const LEAST_MEAN_STEP = 3;

/** Marker codes of ITU-T T.81, table B.1. */
const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, dqt: 0xdb, app0: 0xe0, app2: 0xe2, app14: 0xee, com: 0xfe };
/** Entropy-coded data go on over a stuffed zero and over restart markers. */
const isInScan = (code: number) => code === 0 || (code >= 0xd0 && code <= 0xd7);
const isApplication = (marker: number) => marker >= 0xe0 && marker <= 0xef;
/** Frame headers are C0 to CF but for Huffman tables, JPG and arithmetic conditioning. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Baseline, extended and progressive Huffman coding: what every decoder reads. */
const isHuffmanFrame = (marker: number) => marker >= 0xc0 && marker <= 0xc2;

/** From its marker to the next one; entropy-coded data belong to the SOS before them. */
interface Segment {
  readonly marker: number;
  readonly bytes: Buffer;
}

/**
 * A JPEG with its own scans, byte for byte, and without what else it tells: Exif (place, camera, thumbnail), XMP,
 * IPTC, comments and whatever follows its end are left out. What decides how its pixels look stays: tables,
 * orientation, colour profile, JFIF's header, Adobe's colour transform.
 * @param orientation as its Exif has it, 1 to 8.
 * @returns undefined where encoding it again is worth it, and for what is no complete JPEG of one or three
 *   components of eight bits.
 */
export function keepJpegScan(bytes: Uint8Array, orientation: number): Uint8Array | undefined {
  const segments = readSegments(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (segments === undefined || !segments.every(isCommon)) return undefined;
  if (meanLumaStep(segments) < LEAST_MEAN_STEP) return undefined;
  return Buffer.concat([
    START,
    ...jfifHeader(segments),
    ...(orientation > 1 ? [orientationSegment(orientation)] : []),
    ...segments.filter(isKept).map((segment) => segment.bytes),
  ]);
}

const START = Buffer.from([0xff, MARKER.soi]);

/** @returns undefined where the bytes are no JPEG up to its end. */
function readSegments(source: Buffer): Segment[] | undefined {
  if (source.length < 4 || source[0] !== 0xff || source[1] !== MARKER.soi) return undefined;
  const segments: Segment[] = [];
  for (let start = 2; start + 1 < source.length; ) {
    const marker = source[start + 1] as number;
    if (source[start] !== 0xff || isInScan(marker) || marker === MARKER.soi) return undefined;
    // A marker may be preceded by any number of fill bytes.
    const end = marker === 0xff ? start + 1 : endOfSegment(source, start);
    if (end === undefined || end > source.length) return undefined;
    if (marker !== 0xff) segments.push({ marker, bytes: source.subarray(start, end) });
    if (marker === MARKER.eoi) return segments;
    start = end;
  }
  return undefined;
}

function endOfSegment(source: Buffer, start: number): number | undefined {
  if (source[start + 1] === MARKER.eoi) return start + 2;
  if (start + 4 > source.length) return undefined;
  const end = start + 2 + source.readUInt16BE(start + 2);
  return source[start + 1] === MARKER.sos ? endOfScan(source, end) : end;
}

/** Where the next marker after entropy-coded data is. */
function endOfScan(source: Buffer, from: number): number | undefined {
  for (
    let at = source.indexOf(0xff, from);
    at !== -1 && at + 1 < source.length;
    at = source.indexOf(0xff, at)
  ) {
    const code = source[at + 1] as number;
    if (code !== 0xff && !isInScan(code)) return at;
    at += code === 0xff ? 1 : 2;
  }
  return undefined;
}

/** Whether a frame has one or three components of eight bits, Huffman-coded; all else may stand in any JPEG. */
function isCommon({ marker, bytes }: Segment): boolean {
  if (!isFrame(marker)) return true;
  const [precision, components] = [bytes[4], bytes[9]];
  return isHuffmanFrame(marker) && precision === 8 && (components === 1 || components === 3);
}

/** JFIF's header without the thumbnail that it may hold. It should come first, and cameras put Exif before it. */
function jfifHeader(segments: readonly Segment[]): Buffer[] {
  const jfif = segments.find(
    ({ marker, bytes }) =>
      marker === MARKER.app0 && bytes.length >= 18 && bytes.toString('latin1', 4, 9) === 'JFIF\0',
  );
  if (jfif === undefined) return [];
  const header = Buffer.from(jfif.bytes.subarray(0, 18));
  header.writeUInt16BE(16, 2);
  header.writeUInt16BE(0, 16);
  return [header];
}

const PROFILE = Buffer.from('ICC_PROFILE\0', 'latin1');

function isKept({ marker, bytes }: Segment): boolean {
  if (marker === MARKER.app2) return bytes.subarray(4, 4 + PROFILE.length).equals(PROFILE);
  return marker === MARKER.app14 || !(isApplication(marker) || marker === MARKER.com);
}

/** Mean of the 64 steps of quantisation table 0, which luma has; 0 where there is none. */
function meanLumaStep(segments: readonly Segment[]): number {
  for (const { marker, bytes } of segments) {
    if (marker !== MARKER.dqt) continue;
    // A segment may hold several tables: a byte of precision and number, then 64 steps of one or two bytes.
    for (let at = 4; at < bytes.length; ) {
      const [isWide, number] = [((bytes[at] as number) >> 4) & 1, (bytes[at] as number) & 15];
      const steps = bytes.subarray(at + 1, at + 1 + 64 * (1 + isWide));
      if (number === 0) return meanOf(isWide ? evenWords(steps) : steps);
      at += 1 + 64 * (1 + isWide);
    }
  }
  return 0;
}

const evenWords = (bytes: Buffer) =>
  Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16BE(2 * index));
const meanOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** An Exif segment that says how the image is turned, and nothing else (TIFF 6.0: one directory of one SHORT). */
function orientationSegment(orientation: number): Buffer {
  const segment = Buffer.alloc(36);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(34, 2);
  segment.write('Exif\0\0MM', 4, 'latin1');
  segment.writeUInt16BE(42, 12);
  segment.writeUInt32BE(8, 14);
  segment.writeUInt16BE(1, 18);
  segment.writeUInt16BE(0x0112, 20);
  segment.writeUInt16BE(3, 22);
  segment.writeUInt32BE(1, 24);
  segment.writeUInt16BE(orientation, 28);
  return segment;
}
