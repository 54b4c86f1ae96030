import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Device } from '../../contracts/device.ts';
import { DomainError } from '../entities/errors.ts';
import { type ModelVersion, modelReference } from '../entities/job.ts';

export interface DevicePorts {
  /** Whether the deployment has workers with a GPU. */
  readonly hasGpu: boolean;
}

/** What is not an image runs there, whatever its options say. */
export const ON_LAMBDA = { device: 'cpu' } as const;

/** A job would have to run on what the deployment does not have. */
export class GpuUnavailableError extends DomainError {
  readonly code = 'gpu_unavailable';
  readonly kind = 'unprocessable';

  constructor(model: ModelVersion) {
    super(
      `${modelReference(model)} would run on a GPU, and this deployment has none. ` +
        'Say "device": "cpu" in the options, or ask the operator to deploy with -c gpu=true.',
    );
  }
}

/**
 * The models with the device that each runs on: the one that the options name, else the model's own, else Lambda's.
 * @throws GpuUnavailableError
 */
export function chooseDevices<Model extends ModelVersion>(
  models: readonly Model[],
  { device: asked }: Pick<AnalysisOptions, 'device'>,
  { hasGpu }: DevicePorts,
): (Model & { readonly device: Device })[] {
  return models.map((model) => {
    const device = asked ?? model.device ?? 'cpu';
    if (device === 'gpu' && !hasGpu) throw new GpuUnavailableError(model);
    return { ...model, device };
  });
}
