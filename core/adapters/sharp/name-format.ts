/** Formats that are known but not taken, by their first bytes in hexadecimal. */
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['BMP', /^424d/],
  ['JPEG XL', /^(ff0a|0000000c4a584c20)/],
  ['JPEG 2000', /^(0000000c6a502020|ff4fff51)/],
  ['Photoshop (PSD)', /^38425053/],
  ['PDF', /^25504446/],
  ['Windows icon (ICO)', /^00000100/],
  ['OpenEXR', /^762f3101/],
  ['Radiance HDR', /^233f5241/],
  ['DDS', /^44445320/],
  ['Fuji raw', /^46554a4946494c4d/],
  ['Netpbm (PNM)', /^503[1-7](0a|0d|20|23)/],
  ['FITS', /^53494d504c45/],
  ['MP4 or MOV video', /^0000.{4}66747970(6d7034|69736f|71742020|4d3456|617663)/],
  ['WebM or Matroska video', /^1a45dfa3/],
  ['ZIP', /^504b0304/],
  ['HTML or XML (SVG)', /^(efbbbf)?3c/],
];

/** @returns what the bytes are, where that is known. */
export function nameFormat(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return FORMATS.find(([, signature]) => signature.test(head))?.[0];
}
