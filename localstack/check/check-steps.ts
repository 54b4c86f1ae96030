import type { CheckStep } from './check-step.ts';
import { cruise } from './cruise.ts';
import { lintOpenApi } from './lint-openapi.ts';
import { runTool } from './run-tool.ts';

/** What is held against every line of the repository, without running it. */
export const CHECK_STEPS: readonly CheckStep[] = [
  {
    name: 'Format and lint (Biome)',
    run: () => runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'Types (tsc)', run: () => runTool('typescript/bin/tsc', ['--noEmit']) },
  { name: 'Types of the console (tsc)', run: () => runTool('typescript/bin/tsc', ['--noEmit', '-p', 'web']) },
  { name: 'OpenAPI document (Redocly)', run: () => lintOpenApi() },
  { name: 'Imports (dependency-cruiser)', run: () => cruise() },
  { name: 'Unused code (knip)', run: () => runTool('knip/bin/knip.js', ['--no-config-hints']) },
];
