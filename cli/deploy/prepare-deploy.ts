import type { PriceTable } from '../cost/estimate-cost.ts';
import { UsageError } from '../usage-error.ts';
import { listCostAtRest, type RestLine } from './cost-at-rest.ts';
import { type AccountFacts, judgeAccount } from './judge-account.ts';
import { type Demands, readDemands } from './read-demands.ts';
import { pickStage, type Resource, readContext } from './read-templates.ts';

export interface DeployPorts {
  readonly readTemplates: (context: Record<string, string>) => ReadonlyMap<string, Resource>;
  readonly inspectAccount: (demands: Demands) => Promise<AccountFacts>;
  readonly prices: PriceTable;
  readonly say: (line: string) => void;
  /** @throws UsageError where the answer is not yes. */
  readonly confirm: (question: string) => Promise<void>;
}

/**
 * Looks whether a stage can be deployed, says what it will cost, and asks.
 * @param cdk goes on to the CDK's command line.
 * @returns which stage that is, and where.
 * @throws UsageError where it can't work, or is not wanted.
 */
export async function prepareDeploy(
  preset: string,
  cdk: readonly string[],
  ports: DeployPorts,
): Promise<Pick<AccountFacts, 'region'> & { readonly stage: string }> {
  const stage = pickStage(preset, cdk);
  const { stage: _, ...given } = readContext(cdk);
  const resources = ports.readTemplates({ stage, ...given });
  const demands = readDemands(resources);
  const facts = await ports.inspectAccount(demands);
  const { faults, warnings } = judgeAccount(facts, demands);
  for (const warning of [...warnings, ...warningOfGiven(stage, given)]) ports.say(`! ${warning}`);
  if (faults.length > 0)
    throw new UsageError(`Nothing was deployed.\n${faults.map((each) => `✗ ${each}`).join('\n')}`);
  for (const line of describeRest(listCostAtRest(resources, ports.prices))) ports.say(line);
  await ports.confirm(`Deploy stage ${stage} into ${facts.region}?`);
  return { stage, region: facts.region };
}

/** A later deploy that forgets them would take back what they did. */
function* warningOfGiven(stage: string, given: Readonly<Record<string, string>>): Generator<string> {
  const names = Object.keys(given);
  if (names.length === 0) return;
  yield `${names.join(', ')}: said for this deploy only. The next is again as stages/${stage}.ts has it: write there what is to last.`;
}

const money = (dollars: number) => `$${dollars.toFixed(2)}`;

function describeRest(lines: readonly RestLine[]): string[] {
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const oldest = lines.map(({ asOf }) => asOf).toSorted()[0] ?? 'no date';
  return [
    `At rest it costs about ${money(total)} a month, by list prices of us-east-1 as of ${oldest} (cli/cost/prices.json):`,
    ...lines.map(({ what, count, dollars }) => `  ${money(dollars).padStart(8)}  ${what}: ${count}`),
    '  What is stored, and each use, comes on top: segmentry cost.',
  ];
}
