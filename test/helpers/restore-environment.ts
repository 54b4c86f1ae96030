import { afterAll, vi } from 'vitest';

// `unstubEnvs` restores before each test: what a file's last test has stubbed would be there while the next file is read,
// which then takes a program for missing.
afterAll(() => {
  vi.unstubAllEnvs();
});
