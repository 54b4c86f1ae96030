import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Counts for the line that `npm test` ends with, and says of every skipped test why. A file or a set-up that
 * breaks counts as a failed test: its tests were never seen. What is counted so far stands there after each file: a run
 * may be broken off.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter by its default export.
export default class CountReporter implements Reporter {
  readonly #ended: TestModule[] = [];

  onTestModuleEnd(module: TestModule): void {
    this.#ended.push(module);
    writeCounts(this.#ended, []);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const test of testsIn(modules, 'skipped')) {
      console.log(`skipped: ${test.fullName} (${reasonOf(test)})`);
    }
    writeCounts(modules, unhandledErrors);
  }
}

const testsIn = (modules: readonly TestModule[], state: string) =>
  modules
    .flatMap((module) => [...module.children.allTests()])
    .filter((test) => test.result().state === state);

function writeCounts(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
  const path = process.env.SEGMENTRY_COUNTS_FILE;
  if (path === undefined) return;
  const count = (state: string) => testsIn(modules, state).length;
  const failures = [
    ...testsIn(modules, 'failed').map((test) =>
      line(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors),
    ),
    ...modules
      .filter((module) => module.errors().length > 0)
      .map((module) => line(module.relativeModuleId, module.errors())),
    ...unhandled.map((error) => line('outside of any test', [error])),
  ];
  const counts = { passed: count('passed'), failed: failures.length, skipped: count('skipped'), failures };
  writeFileSync(path, JSON.stringify(counts));
}

/** What failed, and the first line of why. */
function line(what: string, errors: readonly unknown[] = []): string {
  const [error] = errors;
  const message = isMessage(error) ? error.message : String(error);
  return `${what}: ${stripVTControlCharacters(message).split('\n')[0]}`;
}

const isMessage = (error: unknown): error is { message: string } =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
}
