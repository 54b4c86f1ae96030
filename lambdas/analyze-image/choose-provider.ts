import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ExecutionProvider } from '../../core/contracts/device.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface ProviderPorts {
  /** @returns why it does not compute here; undefined where it does. */
  readonly tryProvider: (provider: ExecutionProvider) => Promise<string | undefined>;
  readonly telemetry: Telemetry;
  /** How often it is said that the provider is missing. */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;

/**
 * The provider that is wanted, where it computes; else the processor, which gives the same results, slowly. That is said
 * every minute, and an alarm hears it: `ProviderMissing`.
 */
export async function chooseProvider(
  wanted: ExecutionProvider,
  { tryProvider, telemetry: { logger, metrics }, everyMs = EVERY_MS }: ProviderPorts,
): Promise<ExecutionProvider> {
  const reason = await tryProvider(wanted);
  if (reason === undefined) return wanted;
  const tell = () => {
    logger.error('The task computes on the processor, which is slow', { wanted, reason });
    metrics.addMetric('ProviderMissing', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
  tell();
  setInterval(tell, everyMs).unref();
  return 'cpu';
}
