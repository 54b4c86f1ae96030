import { writeFileSync } from 'node:fs';
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
    writeCounts(this.#ended, 0);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const test of testsIn(modules, 'skipped')) {
      console.log(`skipped: ${test.fullName} (${reasonOf(test)})`);
    }
    writeCounts(modules, unhandledErrors.length);
  }
}

const testsIn = (modules: readonly TestModule[], state: string) =>
  modules
    .flatMap((module) => [...module.children.allTests()])
    .filter((test) => test.result().state === state);

function writeCounts(modules: readonly TestModule[], errors: number): void {
  const path = process.env.SEGMENTRY_COUNTS_FILE;
  if (path === undefined) return;
  const count = (state: string) => testsIn(modules, state).length;
  const broken = modules.filter((module) => module.errors().length > 0).length;
  const failed = count('failed') + broken + errors;
  writeFileSync(path, JSON.stringify({ passed: count('passed'), failed, skipped: count('skipped') }));
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
}
