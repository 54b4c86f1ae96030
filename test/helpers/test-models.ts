import { existsSync } from 'node:fs';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { checkModel, installModel } from '../../localstack/models/install-model.ts';
import { nameModel } from '../../localstack/models/model-name.ts';
import { sharedFile } from './shared-data.ts';

/** Weights of the test data that integration tests run. */
const FILES = ['yolov8n-seg.onnx', 'yolov8n-seg_320_dynq.onnx'];

/** Puts the test models into a deployment, where the test data is there. @returns the names of those it put. */
export async function installTestModels(deployment: Deployment): Promise<string[]> {
  const paths = FILES.map((file) => sharedFile(`models/${file}`)).filter((path) => existsSync(path));
  return Promise.all(
    paths.map(async (path) => {
      const model = await checkModel({ path, ...nameModel(path) });
      await installModel(model, deployment);
      return model.manifest.id;
    }),
  );
}
