/** Formats that are taken, each with the media type it is told by. */
export const CONTENT_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heif: 'image/avif',
  tiff: 'image/tiff',
  gif: 'image/gif',
} as const;

export type ImageFormat = keyof typeof CONTENT_TYPES;

/** The first bytes in hexadecimal. */
const SIGNATURES: readonly (readonly [ImageFormat, RegExp])[] = [
  ['jpeg', /^ffd8ff/],
  ['png', /^89504e470d0a1a0a/],
  ['webp', /^52494646.{8}57454250/],
  ['tiff', /^(49492[ab]00|4d4d002[ab])/],
  ['gif', /^474946383[79]61/],
  // `ftyp`, after a length under 64 KiB. Without the length, a comment of an XML file could pass for one.
  ['heif', /^0000.{4}66747970/],
];

/**
 * Tells the format by the first bytes, before any library reads them: what one tries when it asks for a file's
 * size may be the whole work of a hostile file.
 */
export function sniffImage(bytes: Uint8Array): ImageFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  return SIGNATURES.find(([, signature]) => signature.test(head))?.[0];
}

/** The brand of an ISO base media file: bytes 8 to 12, after `ftyp`. */
export function hasHeicBrand(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(4, 12)).toString('latin1');
  return /^ftyp(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(head);
}
