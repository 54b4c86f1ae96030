import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.ts';

/** Changes what all share, and so comes after the others: how long a queue hides messages, and when it is empty. */
const ALONE = ['test/integration/queues.test.ts'];
/** The container images, by `npm run test:images`, which finds or starts Docker. */
const IMAGES = ['test/images/**/*.test.ts'];
/** Kills functions for minutes: by `npm run test:soak`. The faults' short form kills them in `npm test`. */
const SOAK = ['test/integration/chaos.test.ts'];

/** pip compiles whatever it installs, which takes as long as the rest; Python compiles what it loads by itself. */
const PIP = { PIP_COMPILE: '0' };

const deployed = {
  env: PIP,
  globalSetup: ['test/helpers/deployment.ts'],
  // LocalStack takes about three times as long as MiniStack.
  testTimeout: process.env.EMULATOR === 'localstack' ? 360_000 : 120_000,
  hookTimeout: 300_000,
  // By default a second: less than a request takes while others are waited for too.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    // By default vitest leaves a core to itself, which is half of two. One file more than there are cores: the faults'
    // file, and most of the integration tests, wait more than they compute.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Files share the modules they import: loading them anew for each takes longer than all tests.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
          testTimeout: 30_000,
          // Handlers write a line for each request.
          env: { POWERTOOLS_LOG_LEVEL: 'WARN' },
        },
      },
      {
        test: {
          name: 'golden',
          include: ['test/golden/**/*.test.ts'],
          env: PIP,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          // Files share what they synthesize, and CDK itself, which takes seconds to load.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...deployed,
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: [...ALONE, ...SOAK],
          isolate: false,
          ...(process.env.INTEGRATION_WORKERS && { maxWorkers: Number(process.env.INTEGRATION_WORKERS) }),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...deployed,
          name: 'integration-alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...deployed,
          name: 'soak',
          include: SOAK,
        },
      },
      {
        test: {
          ...deployed,
          name: 'images',
          include: IMAGES,
          maxWorkers: 1,
        },
      },
    ],
  },
});
