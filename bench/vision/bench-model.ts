import { readFileSync } from 'node:fs';
import { createSession } from '../../core/adapters/onnx/create-session.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { createInput } from '../../core/adapters/onnx/float-tensors.ts';
import { prepareModel } from '../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { ModelFamily } from '../../core/contracts/model-manifest.ts';
import type { ResultDocument } from '../../core/contracts/result-document.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';

/** One session, used bare and by the product. */
export interface BenchModel {
  readonly family: ModelFamily;
  /** Nothing but `session.run`, the input ready. */
  runBare(): Promise<unknown>;
  /** From image bytes to the result document. */
  analyze(bytes: Uint8Array): Promise<ResultDocument>;
  release(): Promise<void>;
}

export async function openBenchModel(
  path: string,
  threads: number,
  options = AnalysisOptions.parse({}),
): Promise<BenchModel> {
  const bytes = readFileSync(path);
  const manifest = await describeModel(bytes, { id: 'bench', version: '1' });
  const session = await createSession({ bytes }, { threads });
  const model = await prepareModel(session, manifest);
  const input = createInput(session, manifest.inputSize);
  input.values.fill(0.4);
  const feeds = input.feeds();
  const ports = { decodeImage: createImageDecoder(), encodeLabelMap, model };
  return {
    family: manifest.family,
    runBare: () => session.run(feeds),
    analyze: (image) => inferImage({ bytes: image, image: { id: 'bench', sha256: '' }, options }, ports),
    release: () => model.release(),
  };
}
