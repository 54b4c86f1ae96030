import { expect, test } from 'vitest';
import { checkJava, checkJavaTools } from '../../../localstack/host/check-java.ts';

const JAVA_17 = 'openjdk version "17.0.15" 2025-04-15';
const check = (answers: Record<string, string>) => () =>
  checkJavaTools({ firstLineOf: (program) => answers[program] });

test.each([
  [{ java: JAVA_17, javac: 'javac 17.0.15', mvn: 'Apache Maven 3.8.7' }],
  [{ java: 'openjdk version "21" 2023-09-19', javac: 'javac 21', mvn: 'Apache Maven 4.0.0' }],
])('%j is enough', (answers) => {
  expect(check(answers)).not.toThrow();
});

test.each([
  ['no Java', {}, 'there is no java here'],
  ['Java without its compiler', { java: JAVA_17 }, 'there is no javac here'],
  ['an old Java', { java: 'openjdk version "11.0.2" 2019-01-15' }, 'this java is older (openjdk version "11'],
  ['Java 8, which counts otherwise', { java: 'java version "1.8.0_202"' }, 'this java is older'],
])('%s: what is missing, and what to install', (_case, answers, reason) => {
  expect(check(answers)).toThrow(reason);
  expect(check(answers)).toThrow('openjdk-17-jdk-headless');
});

test('no Maven: what to install', () => {
  expect(check({ java: JAVA_17, javac: 'javac 17.0.15' })).toThrow(/no mvn here.*apt-get install maven/s);
});

test('what is installed runs on Java alone, and says so where that is gone', () => {
  expect(() => checkJava({ firstLineOf: () => JAVA_17 })).not.toThrow();
  expect(() => checkJava({ firstLineOf: () => undefined })).toThrow(/no java here.*openjdk-17-jdk-headless/s);
});
