import { createTelemetry, type Telemetry } from '../../core/runtime/telemetry.ts';

/** Telemetry that writes nothing, and keeps the names of metrics. */
export function silentTelemetry(): Telemetry & { readonly names: string[] } {
  const { logger } = createTelemetry('test');
  logger.setLogLevel('SILENT');
  const names: string[] = [];
  const metrics = { addMetric: (name: string) => void names.push(name), publishStoredMetrics() {} };
  return { logger, metrics: metrics as never, names };
}
