import { expect, it } from 'vitest';
import { judgeEntry, type ZipEntry } from '../../../../core/domain/uploads/zip-entry.ts';

const limits = { entries: 10_000, imageBytes: 50_000_000, videoBytes: 5_000_000_000 };
const entry = (changes: Partial<ZipEntry> = {}): ZipEntry => ({
  index: 0,
  offset: 0,
  name: 'a.jpg',
  compressedBytes: 1000,
  uncompressedBytes: 1000,
  isEncrypted: false,
  isSymlink: false,
  ...changes,
});
const verdict = (changes: Partial<ZipEntry>) => {
  const judged = judgeEntry(entry(changes), limits);
  if (judged === 'skip') return 'skip';
  return 'take' in judged ? judged.take : judged.refuse.code;
};

it.each([
  ['a.jpg', 'image'],
  ['holiday/2024/B.JPEG', 'image'],
  ['ünïcode …/снимок.webp', 'image'],
  ['a..b.png', 'image'],
  ['video.mp4', 'video'],
  ['video.MOV', 'video'],
  ['video.webm', 'video'],
  ['folder/', 'skip'],
  ['__MACOSX/._a.jpg', 'skip'],
  ['x/.DS_Store', 'skip'],
  ['../a.jpg', 'unsafe_path'],
  ['x/../../a.jpg', 'unsafe_path'],
  ['/etc/a.jpg', 'unsafe_path'],
  ['\\\\host\\a.jpg', 'unsafe_path'],
  ['C:\\a.jpg', 'unsafe_path'],
  ['..\\a.jpg', 'unsafe_path'],
  ['inner.zip', 'nested_archive'],
  ['inner.tar.gz', 'nested_archive'],
  ['notes.txt', 'unsupported_entry'],
  ['jpg', 'unsupported_entry'],
])('%s: %s', (name, expected) => {
  expect(verdict({ name })).toBe(expected);
});

it('refuses links, locked, empty, too large and blown-up entries', () => {
  expect(verdict({ isSymlink: true })).toBe('symlink');
  expect(verdict({ isEncrypted: true })).toBe('encrypted_entry');
  expect(verdict({ uncompressedBytes: 0 })).toBe('empty_entry');
  expect(verdict({ uncompressedBytes: 50_000_001, compressedBytes: 50_000_000 })).toBe('entry_too_large');
  expect(verdict({ uncompressedBytes: 2_000_000, compressedBytes: 19_999 })).toBe('suspicious_ratio');
  expect(verdict({ uncompressedBytes: 2_000_000, compressedBytes: 20_000 })).toBe('image');
  expect(verdict({ uncompressedBytes: 5000, compressedBytes: 1 })).toBe('image');
});

it('calls an entry that leads out unsafe, whatever else it is', () => {
  expect(verdict({ name: '../x.zip', isEncrypted: true, isSymlink: true })).toBe('unsafe_path');
});
