import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Counts for the line that `npm test` ends with, and says of every skipped test why. A file or a set-up that
 * breaks counts as a failed test: its tests were never seen.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter by its default export.
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    for (const test of skipped) console.log(`skipped: ${test.fullName} (${reasonOf(test)})`);
    const path = process.env.SEGMENTRY_COUNTS_FILE;
    if (path === undefined) return;
    const failed = count('failed') + broken + unhandledErrors.length;
    writeFileSync(path, JSON.stringify({ passed: count('passed'), failed, skipped: skipped.length }));
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
}
