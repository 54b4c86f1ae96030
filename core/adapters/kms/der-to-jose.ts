/** Bytes of one number of a P-256 signature. */
const NUMBER_BYTES = 32;

/**
 * An ECDSA P-256 signature from DER (as KMS gives it) to the 64 bytes `r || s` that JOSE wants (RFC 7518, 3.4).
 * @throws where it is no such signature.
 */
export function derToJose(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) throw new TypeError('Not a DER sequence.');
  const [r, afterR] = readInteger(bytes, 2);
  const [s, end] = readInteger(bytes, afterR);
  if (end !== bytes.length) throw new TypeError('Bytes follow the signature.');
  return Buffer.concat([r, s]);
}

function readInteger(bytes: Buffer, offset: number): [Buffer, number] {
  const length = bytes[offset + 1] ?? 0;
  const end = offset + 2 + length;
  const value = bytes.subarray(offset + 2, end);
  // DER puts a zero before a number whose first bit is set, and drops leading zeros.
  const digits = value[0] === 0 ? value.subarray(1) : value;
  if (bytes[offset] !== 0x02 || digits.length > NUMBER_BYTES || end > bytes.length) {
    throw new TypeError('Not a number of a P-256 signature.');
  }
  return [Buffer.concat([Buffer.alloc(NUMBER_BYTES - digits.length), digits]), end];
}
