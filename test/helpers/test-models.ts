import { existsSync } from 'node:fs';
import { findShippedModels, type ShippedModel } from '../../core/composition/shipped-models.ts';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { installModel, type ModelFile, prepareModel } from '../../localstack/models/install-model.ts';
import { sharedFile } from './shared-data.ts';

/** Weights of which the test data has reference results. */
const REFERENCE: ModelFile = {
  id: 'yolov8n-seg',
  version: '1',
  path: sharedFile('models/yolov8n-seg.onnx'),
};

export interface TestModels {
  /** Names of the models that ship, the default one first. */
  readonly models: readonly [string, string];
  /** Name of the model with reference results, where the test data is there. */
  readonly referenceModel: string | undefined;
}

/** Puts the models that tests run into a deployment. */
export async function installTestModels(
  deployment: Pick<Deployment, 'endpointUrl' | 'account' | 'outputs'>,
): Promise<TestModels> {
  const install = async (file: ModelFile | ShippedModel) => {
    await installModel(await prepareModel(file), deployment);
    return file.id;
  };
  const [first, second] = findShippedModels();
  if (first === undefined || second === undefined) throw new Error('Tests run two of the models that ship.');
  return {
    models: [await install(first), await install(second)],
    referenceModel: existsSync(REFERENCE.path) ? await install(REFERENCE) : undefined,
  };
}
