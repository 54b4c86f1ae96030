import type { AwsCall } from '../../test/helpers/faults/aws-call.ts';
import { createFaultProxy } from '../../test/helpers/faults/fault-proxy.ts';

/** Calls by function, service and operation. */
export type CallCounts = ReadonlyMap<string, number>;

/** A proxy that passes everything on as it came, and counts what functions have asked of AWS. */
export function createCallCounter(endpointUrl: string) {
  let counts = new Map<string, number>();
  const plan = {
    next(name: string, { service, operation }: AwsCall) {
      const [construct = ''] = name.split(/[ :]/);
      const key = `${construct} ${service} ${operation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { fault: undefined, chance: 0 };
    },
    died() {},
  };
  const proxy = createFaultProxy({
    endpointUrl,
    plan: plan as never,
    writeInPart: async () => undefined,
    onDone: () => {},
  });
  return {
    proxy,
    /** @returns what was counted since it was asked last. */
    take(): CallCounts {
      const taken = counts;
      counts = new Map();
      return taken;
    },
  };
}
