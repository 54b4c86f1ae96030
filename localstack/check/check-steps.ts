import type { CheckStep } from './check-step.ts';
import { cruise } from './cruise.ts';
import { lintOpenApi } from './lint-openapi.ts';
import { runTool } from './run-tool.ts';

/** The compiler in Go, which takes a third of the processor time. TypeScript 5 stays for tools that call it as a library. */
const TSC = 'typescript-7/bin/tsc';

/** What is held against every line of the repository, without running it. */
export const CHECK_STEPS: readonly CheckStep[] = [
  {
    name: 'Format and lint (Biome)',
    run: () => runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'Types (tsc)', run: () => runTool(TSC, ['--noEmit']) },
  { name: 'Types of the console (tsc)', run: () => runTool(TSC, ['--noEmit', '-p', 'web']) },
  { name: 'OpenAPI document (Redocly)', run: () => lintOpenApi() },
  { name: 'Imports (dependency-cruiser)', run: () => cruise() },
  { name: 'Unused code (knip)', run: () => runTool('knip/bin/knip.js', ['--no-config-hints']) },
];
