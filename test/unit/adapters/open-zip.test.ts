import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openZip } from '../../../core/adapters/zip/open-zip.ts';
import type { ZipEntry } from '../../../core/domain/zip-entry.ts';

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

async function unpack(zip: Awaited<ReturnType<typeof openZip>>, entry: ZipEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const into = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  await zip.unpack(entry, into);
  return Buffer.concat(chunks);
}

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
