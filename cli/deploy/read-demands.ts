import { instanceTypesOf } from './cost-at-rest.ts';
import type { Resource } from './read-templates.ts';

/** AWS has a quota of its own for each. */
export type GpuMarket = 'onDemand' | 'spot';

/** What a deployment asks of the account's quotas. */
export interface Demands {
  readonly largestFunctionMb: number;
  /** Executions that functions have for themselves. */
  readonly reservedConcurrency: number;
  /** Executions that the workers of queues may have at a time, all together. */
  readonly workerConcurrency: number;
  /** Machines with a GPU, by their types. */
  readonly gpuTypes: readonly string[];
  /** Where the first of them is to be had. */
  readonly gpuMarket: GpuMarket;
  /** Whether somebody is told of alarms. */
  readonly isAlarmHeard: boolean;
}

export function readDemands(resources: ReadonlyMap<string, Resource>): Demands {
  const all = [...resources.values()];
  const numbers = (type: string, read: (properties: Resource['Properties']) => unknown) =>
    all.filter((each) => each.Type === type).map(({ Properties }) => Number(read(Properties) ?? 0));
  return {
    largestFunctionMb: Math.max(0, ...numbers('AWS::Lambda::Function', ({ MemorySize }) => MemorySize)),
    reservedConcurrency: sumOf(
      numbers('AWS::Lambda::Function', ({ ReservedConcurrentExecutions: reserved }) => reserved),
    ),
    workerConcurrency: sumOf(
      numbers(
        'AWS::Lambda::EventSourceMapping',
        ({ ScalingConfig }) =>
          (ScalingConfig as { MaximumConcurrency?: number } | undefined)?.MaximumConcurrency,
      ),
    ),
    gpuTypes: [...new Set(all.flatMap(({ Properties }) => instanceTypesOf(Properties)))].toSorted(),
    gpuMarket: marketOfFirstTask(resources),
    isAlarmHeard: all.some(
      ({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties.Protocol === 'email',
    ),
  };
}

interface StrategyItem {
  readonly CapacityProvider?: { readonly Ref?: string };
  readonly Base?: number;
  readonly Weight?: number;
}

/** The provider with a base gets the first tasks; where none has one, that with a weight gets all. */
function marketOfFirstTask(resources: ReadonlyMap<string, Resource>): GpuMarket {
  const strategy = [...resources.values()].flatMap(({ Type, Properties }) =>
    Type === 'AWS::ECS::Service' ? ((Properties.CapacityProviderStrategy ?? []) as StrategyItem[]) : [],
  );
  const first = strategy.find(({ Base = 0 }) => Base > 0) ?? strategy.find(({ Weight = 0 }) => Weight > 0);
  const [, provider] = [...resources].find(([id]) => id.endsWith(`:${first?.CapacityProvider?.Ref}`)) ?? [];
  return JSON.stringify(provider ?? {}).includes('"CapacityOptionType":"SPOT"') ? 'spot' : 'onDemand';
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
