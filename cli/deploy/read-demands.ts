import { instanceTypesOf } from './cost-at-rest.ts';
import type { Resource } from './read-templates.ts';

/** What a deployment asks of the account's quotas. */
export interface Demands {
  readonly largestFunctionMb: number;
  /** Executions that functions have for themselves. */
  readonly reservedConcurrency: number;
  /** Executions that the workers of queues may have at a time, all together. */
  readonly workerConcurrency: number;
  /** Machines with a GPU, by their types. */
  readonly gpuTypes: readonly string[];
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
    isAlarmHeard: all.some(
      ({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties.Protocol === 'email',
    ),
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
