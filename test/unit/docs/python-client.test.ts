import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePython } from '../../../client/build/python/write-python.ts';
import { OPERATIONS } from '../../../core/contracts/http/operations.ts';
import { PROJECT } from '../../../localstack/paths.ts';

const files = writePython();

it.each(Object.keys(files))(
  'the Python client has %s as the contracts say: `npm run client:python` writes it anew',
  (name) => {
    const path = join(PROJECT, 'clients/python/src/segmentry', name);
    expect(readFileSync(path, 'utf8')).toBe(files[name]);
  },
);

it('the Python client knows every operation, in both forms', () => {
  const api = files['_api.py'] ?? '';
  const [blocking = '', asynchronous = ''] = api.split('\nclass AsyncApi(');
  for (const { id } of OPERATIONS) {
    const name = id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(blocking).toContain(`\n    def ${name}(self`);
    expect(asynchronous).toContain(`\n    async def ${name}(self`);
  }
});
