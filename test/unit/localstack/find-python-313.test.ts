import { expect, test } from 'vitest';
import { findPython313 } from '../../../localstack/host/find-python-313.ts';

const findAmong = (versions: Record<string, string | undefined>) =>
  findPython313({ candidates: Object.keys(versions), versionOf: (program) => versions[program] });

test('the first Python 3.13 is taken, whatever it is called', () => {
  const found = findAmong({
    'python3.13': undefined,
    python3: '3.11.7',
    '/opt/py': '3.13.0',
    late: '3.13.9',
  });
  expect(found).toEqual({ program: '/opt/py', version: '3.13.0' });
});

test.each([[{}], [{ python3: '3.12.1' }], [{ python3: '3.14.0' }], [{ python3: '3.1.3' }]])(
  'with %j, it says what to install',
  (versions) => {
    expect(() => findAmong(versions)).toThrow(/needs Python 3\.13 .*pyenv install 3\.13.*PYTHON=/s);
  },
);
