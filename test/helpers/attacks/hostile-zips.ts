import { deflateRawSync } from 'node:zlib';
import { makeZip, patchRecord, renameEntry } from '../make-zip.ts';

const RECORD = Buffer.from('504b0102', 'hex');
const END = Buffer.from('504b0506', 'hex');

/** Archives none of whose entries may be taken in. */
export async function hostileZips(): Promise<Record<string, Buffer>> {
  const file = (name: string, more: object = {}) => ({
    name,
    bytes: Buffer.from('a picture, as it were'),
    ...more,
  });
  const plain = await makeZip([file('a.jpg')]);
  const zeros = await makeZip([{ name: 'a.jpg', bytes: Buffer.alloc(40_000_000), compress: true }]);
  const outside = async (name: string) =>
    renameEntry(await makeZip([file('x'.repeat(name.length))]), 'x'.repeat(name.length), name);
  const nested = await makeZip([{ name: 'inner.zip', bytes: plain }]);
  return {
    'a zip in a zip in a zip': await makeZip([{ name: 'middle.zip', bytes: nested }]),
    'a quine: an archive whose entry is itself': quine(),
    'a bomb of forty megabytes of noughts': zeros,
    'a bomb that says it is small': patchRecord(zeros, 'a.jpg', { offset: 24, value: 1000 }),
    'a thousand entries that share their bytes': overlapping(
      await makeZip([{ name: 'a0000.jpg', bytes: Buffer.alloc(900_000, 'x'), compress: true }]),
      1000,
    ),
    'a name that leads out': await outside('../a.jpg'),
    'a name that leads out later': await outside('a/../../b.jpg'),
    'a name that leads out by backslashes': await outside('..\\..\\a.jpg'),
    'an absolute name': await outside('/etc/a.jpg'),
    'a name with a drive': await outside('C:\\a.jpg'),
    'a symbolic link': await makeZip([file('a.jpg', { mode: 0o120777 })]),
    'an encrypted entry': patchRecord(plain, 'a.jpg', { offset: 8, value: 1 }),
    'a program': await makeZip([file('a.exe'), file('run.sh'), file('.htaccess')]),
    'an empty entry': await makeZip([{ name: 'a.jpg', bytes: Buffer.alloc(0) }]),
    'no entries': Buffer.concat([END, Buffer.alloc(18)]),
    'a directory of 65,534 entries': patchEnd(plain, { 8: 65_534, 10: 65_534 }),
    'a directory that says more entries than there are': patchEnd(plain, { 8: 9000, 10: 9000 }),
    'a directory behind the end': patchEnd(plain, { 16: 0xfffffff0 }),
    'a directory of four gigabytes': patchEnd(plain, { 12: 0xffffffff }),
    'several disks': patchEnd(plain, { 4: 7 }),
    'Zip64 with 2^53 entries': zip64(plain),
    'another compression': patchMethod(plain, 99),
    'a checksum that is another': patchSum(plain),
    'an entry behind the end': patchOffset(plain, 0x7fffffff),
    'a cut archive': plain.subarray(0, plain.byteLength - 10),
    'an end within a comment': Buffer.concat([
      plain.subarray(0, -2),
      Buffer.from([22, 0]),
      END,
      Buffer.alloc(18, 0xff),
    ]),
    text: Buffer.from('PK, but no more'),
  };
}

function patchEnd(zip: Buffer, fields: Readonly<Record<number, number>>): Buffer {
  const bytes = Buffer.from(zip);
  const end = bytes.lastIndexOf(END);
  for (const [offset, value] of Object.entries(fields)) {
    if (Number(offset) < 12) bytes.writeUInt16LE(value, end + Number(offset));
    else bytes.writeUInt32LE(value, end + Number(offset));
  }
  return bytes;
}

function patchMethod(zip: Buffer, method: number): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt16LE(method, bytes.lastIndexOf(RECORD) + 10);
  return bytes;
}

function patchSum(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(0xdeadbeef, bytes.lastIndexOf(RECORD) + 16);
  return bytes;
}

function patchOffset(zip: Buffer, offset: number): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(offset, bytes.lastIndexOf(RECORD) + 42);
  return bytes;
}

function zip64(zip: Buffer): Buffer {
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(2n ** 53n, 24);
  record.writeBigUInt64LE(2n ** 53n, 32);
  const at = zip.lastIndexOf(END);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  const end = patchEnd(zip.subarray(at), { 8: 0xffff, 10: 0xffff, 12: 0xffffffff, 16: 0xffffffff });
  return Buffer.concat([zip.subarray(0, at), record, locator, end]);
}

/** The directory names one entry's bytes many times (D. Fifield, "A better zip bomb"). */
function overlapping(zip: Buffer, times: number): Buffer {
  const at = zip.lastIndexOf(RECORD);
  const end = zip.lastIndexOf(END);
  const records = Array.from({ length: times }, (_, each) =>
    renameEntry(zip.subarray(at, end), 'a0000', `a${String(each).padStart(4, '0')}`),
  );
  const directory = Buffer.concat(records);
  const tail = patchEnd(zip.subarray(end), { 8: times, 10: times, 12: directory.byteLength });
  return Buffer.concat([zip.subarray(0, at), directory, tail]);
}

/** Its one entry, stored, begins where the archive does. */
function quine(): Buffer {
  const name = Buffer.from('itself.jpg');
  const packed = deflateRawSync(Buffer.alloc(0));
  const [local, record, end] = [Buffer.alloc(30), Buffer.alloc(46), Buffer.alloc(22)];
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(name.byteLength, 26);
  record.write('PK\x01\x02', 'latin1');
  const size =
    local.byteLength + record.byteLength + end.byteLength + 2 * name.byteLength + packed.byteLength;
  record.writeUInt32LE(size, 20);
  record.writeUInt32LE(size, 24);
  record.writeUInt16LE(name.byteLength, 28);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(record.byteLength + name.byteLength, 12);
  end.writeUInt32LE(local.byteLength + name.byteLength + packed.byteLength, 16);
  return Buffer.concat([local, name, packed, record, name, end]);
}
