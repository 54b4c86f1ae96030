import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openZip } from '../../../../core/adapters/zip/open-zip.ts';
import type { Archive, ZipEntry } from '../../../../core/domain/uploads/zip-entry.ts';

async function pack(files: Record<string, Buffer>, options = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name, options);
  zip.end();
  return buffer(zip.outputStream as Readable);
}

function sourceOf(bytes: Buffer) {
  const ranges: [number, number][] = [];
  return {
    ranges,
    sizeBytes: bytes.byteLength,
    readRange: async (start: number, end: number) => {
      ranges.push([start, end]);
      return Readable.from([bytes.subarray(start, end)]);
    },
  };
}

async function listed(entries: AsyncIterable<ZipEntry>): Promise<ZipEntry[]> {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

const unpack = (zip: Archive, entry: ZipEntry): Promise<Buffer> => buffer(zip.unpack(entry));

it('lists and unpacks by ranges, without reading the whole', async () => {
  const large = Buffer.alloc(500_000, 'noise');
  const bytes = await pack(
    { 'a.jpg': Buffer.from('A'), 'large.jpg': large, 'b/ü.png': Buffer.from('B') },
    { compress: false },
  );
  const source = sourceOf(bytes);
  const zip = await openZip(source);
  const entries = await listed(zip.entries());
  expect(entries.map(({ index, name }) => [index, name])).toEqual([
    [0, 'a.jpg'],
    [1, 'large.jpg'],
    [2, 'b/ü.png'],
  ]);
  expect((await unpack(zip, entries[2] as ZipEntry)).toString()).toBe('B');
  const read = source.ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  expect(read).toBeLessThan(bytes.byteLength / 2);
});

it('tells links from files by their mode', async () => {
  const bytes = await pack({ 'link.jpg': Buffer.from('/etc/passwd') }, { mode: 0o120777 });
  const [entry] = await listed((await openZip(sourceOf(bytes))).entries());
  expect(entry).toMatchObject({ name: 'link.jpg', isSymlink: true });
});

it('goes on past a name that leads out', async () => {
  const bytes = await pack({ 'xx/evil.jpg': Buffer.from('E'), 'good.jpg': Buffer.from('G') });
  const evil = Buffer.from(bytes.toString('latin1').replaceAll('xx/evil', '../evil'), 'latin1');
  const entries = await listed((await openZip(sourceOf(evil))).entries());
  expect(entries.map(({ name }) => name)).toEqual(['../evil.jpg', 'good.jpg']);
});

it('refuses an entry whose size is not what the directory says, and unpacks the next one', async () => {
  const bytes = await pack({ 'liar.jpg': Buffer.alloc(1000, 7), 'good.jpg': Buffer.from('G') });
  const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(900, directory + 24);
  const zip = await openZip(sourceOf(bytes));
  const [liar, good] = await listed(zip.entries());
  await expect(unpack(zip, liar as ZipEntry)).rejects.toMatchObject({ code: 'damaged_entry' });
  expect((await unpack(zip, good as ZipEntry)).toString()).toBe('G');
});

it.each([
  ['a checksum', 16],
  ['the size of a stored entry', 24],
])('refuses an entry that lies about %s, and unpacks the next one', async (_, offset) => {
  const bytes = await pack(
    { 'liar.jpg': Buffer.alloc(50, 7), 'good.jpg': Buffer.from('G') },
    { compress: false },
  );
  bytes.writeUInt32LE(49, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + offset);
  const zip = await openZip(sourceOf(bytes));
  const [liar, good] = await listed(zip.entries());
  await expect(unpack(zip, liar as ZipEntry)).rejects.toMatchObject({ code: 'damaged_entry' });
  expect((await unpack(zip, good as ZipEntry)).toString()).toBe('G');
});

it.each([
  ['no zip at all', Buffer.from('hello, this is a text')],
  ['nothing', Buffer.alloc(0)],
])('refuses %s', async (_, bytes) => {
  await expect(openZip(sourceOf(bytes))).rejects.toMatchObject({ code: 'damaged_zip' });
});

it('refuses a directory that is cut off', async () => {
  const bytes = await pack({ 'a.jpg': Buffer.from('A'), 'b.jpg': Buffer.from('B') });
  const broken = Buffer.from(bytes);
  broken.write('XXXX', broken.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])));
  const zip = await openZip(sourceOf(broken));
  await expect(listed(zip.entries())).rejects.toMatchObject({ code: 'damaged_zip' });
});

it('reads a directory of thousands in few ranges', async () => {
  const files = Array.from({ length: 3000 }, (_, number) => [`${number}.jpg`, Buffer.from('A')]);
  const source = sourceOf(await pack(Object.fromEntries(files), { compress: false }));
  expect(await listed((await openZip(source)).entries())).toHaveLength(3000);
  expect(source.ranges.length).toBeLessThan(10);
});

it('passes on what the source itself fails with: that says nothing of the archive', async () => {
  const source = sourceOf(await pack({ 'a.jpg': Buffer.alloc(200_000, 'noise') }, { compress: false }));
  const zip = await openZip(source);
  const [entry] = await listed(zip.entries());
  const failing = { ...source, readRange: () => Promise.reject(new Error('no connection')) };
  await expect(openZip(failing)).rejects.toThrow('no connection');
  source.readRange = failing.readRange;
  await expect(unpack(zip, entry as ZipEntry)).rejects.toThrow('no connection');
});

it('goes on from any entry, without what its directory says before', async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `${index}.txt`);
  const bytes = await pack(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
  const all = await listed((await openZip(sourceOf(bytes))).entries());
  const source = sourceOf(bytes);
  const zip = await openZip(source);
  const rest = await listed(zip.entries(all[2990]));
  expect(rest).toEqual(all.slice(2990));
  const { offset: directory } = all[0] as ZipEntry;
  expect(source.ranges.some(([start, end]) => start <= directory && end > directory)).toBe(false);
  expect((await unpack(zip, rest[9] as ZipEntry)).toString()).toBe('2999.txt');
});
