import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNames } from '../../../../core/adapters/onnx/read-names.ts';

test.each([
  ["{0: 'cat', 1: 'dog'}", ['cat', 'dog']],
  ['{"0": "cat", "1": "dog"}', ['cat', 'dog']],
  ['["cat", "dog"]', ['cat', 'dog']],
  ["('cat', 'dog',)", ['cat', 'dog']],
  ['{0: 0, 1: 1.5}', ['0', '1.5']],
  ['{0: "driver\'s seat", 1: \'a "b"\'}', ["driver's seat", 'a "b"']],
  [
    String.raw`{0: 'driver\'s', 1: 'caf\xe9', 2: 'M\u00fcll', 3: 'tab\there', 4: r'c:\n'}`,
    ["driver's", 'café', 'Müll', 'tab\there', 'c:\\n'],
  ],
  [String.raw`{"0": "\ud83d\ude00"}`, ['😀']],
  ["{1: 'dog', 0: 'cat'}", ['cat', 'dog']],
  ["{0: 'cat', 2: 'bird'}", ['cat', 'class 1', 'bird']],
  ["{0: '', 1: '  ', 2: None, 3: 'dog'}", ['class 0', 'class 1', 'class 2', 'dog']],
  ["{0: 'dog', 1: 'dog'}", ['dog', 'dog']],
  ['{0: True}', ['true']],
])('%s', (text, names) => {
  expect(readNames(text)).toEqual(names);
});

test.each([
  'None',
  'null',
  '',
  '{}',
  '[]',
  '42',
  'cat, dog',
  '{0: "cat"',
  "{'a': 'cat'}",
  '{999999999: "far"}',
  '['.repeat(1000),
])('no names are in %s', (text) => {
  expect(readNames(text)).toBeUndefined();
});

test('a very long name is cut', () => {
  const [name = ''] = readNames(`['${'x'.repeat(5000)}']`) ?? [];
  expect(name).toHaveLength(100);
  expect(name.endsWith('x…')).toBe(true);
});

test('all names that JSON can write are read back', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 90, unit: 'binary' })
    .filter((text) => text.trim() === text);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), (names) => {
      expect(readNames(JSON.stringify(names))).toEqual(names);
    }),
  );
});
