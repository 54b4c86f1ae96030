import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** From here on Brotli takes a tenth more time for a hundredth less space. */
const QUALITY = 5;

/** JSON as an item holds it: a third of its size, and DynamoDB charges each kilobyte that is written. */
export const packJson = (json: string): Uint8Array =>
  brotliCompressSync(json, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });

export const unpackJson = (packed: Uint8Array): string => brotliDecompressSync(packed).toString();
